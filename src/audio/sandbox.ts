import { spawn } from "node:child_process";

import { AudioError } from "./errors.ts";

/** How far a decoder of foreign files is shut in on this host: the more, the better. For `doctor`. */
export interface Sandbox {
  /** Whether it can reach any network. */
  readonly network: "none" | "host";
  /** As whom it runs: nobody; ourselves without any rights in a namespace; or plainly ourselves. */
  readonly user: "nobody" | "namespace" | "own";
  /** Whether it can gain rights, as by a setuid program. */
  readonly newPrivileges: "denied" | "possible";
  /** Whether the kernel bounds its memory, processor time, files and descriptors. */
  readonly limits: "enforced" | "missing";
  /** The words that come before the decoder's own on its command line. */
  readonly wrap: readonly string[];
}

/** Bounds of one run. */
export interface RunLimits {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** Nothing of ours, tokens least of all, is in a child's environment. */
export const childEnvironment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};

const nobody = 65_534;
const ownNamespace = ["unshare", "--net", "--ipc", "--"];
const userNamespace = ["unshare", "--user", "--net", "--ipc", "--"];
const lowered = ["setpriv", "--no-new-privs", "--inh-caps=-all", "--pdeathsig=KILL"];
const asNobody = [
  ...lowered,
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  "--clear-groups",
  "--bounding-set=-all",
  "--",
];
const asSelf = [...lowered, "--"];

type Layers = Pick<Sandbox, "network" | "user" | "newPrivileges"> & { readonly wrap: readonly string[] };

/** From the strongest to none. Which of them work depends on the user, the kernel and, in a container, its profile. */
const candidates: readonly (Layers & { readonly needsRoot?: true })[] = [
  {
    network: "none",
    user: "nobody",
    newPrivileges: "denied",
    wrap: [...ownNamespace, ...asNobody],
    needsRoot: true,
  },
  {
    network: "none",
    user: "nobody",
    newPrivileges: "denied",
    wrap: [...asNobody, ...userNamespace, ...asSelf],
    needsRoot: true,
  },
  { network: "none", user: "namespace", newPrivileges: "denied", wrap: [...userNamespace, ...asSelf] },
  { network: "host", user: "nobody", newPrivileges: "denied", wrap: asNobody, needsRoot: true },
  { network: "host", user: "own", newPrivileges: "denied", wrap: asSelf },
  { network: "host", user: "own", newPrivileges: "possible", wrap: [] },
];

/**
 * Tries the layers on this host, strongest first: a handful of short processes, so keep what it finds. Throws AudioError
 * where the host can start no process at all just now: that says nothing of the layers.
 */
export async function probeSandbox(): Promise<Sandbox> {
  if (!(await works([]))) throw new AudioError("decoder-timeout", "the host is too busy for a process");
  const root = process.geteuid?.() === 0;
  const limits = (await works(limitWords({ cpuSeconds: 5, memoryBytes: 2 ** 30 }))) ? "enforced" : "missing";
  for (const { needsRoot, ...layers } of candidates) {
    if (needsRoot && !root) continue;
    if (layers.wrap.length === 0 || (await works(layers.wrap))) return { ...layers, limits };
  }
  throw new TypeError("the last candidate needs nothing");
}

/** The command line that runs `command` shut in. */
export function sandboxed(
  sandbox: Sandbox,
  limits: RunLimits,
  command: readonly string[],
): readonly string[] {
  return [...(sandbox.limits === "enforced" ? limitWords(limits) : []), ...sandbox.wrap, ...command];
}

/** No file may be written at all: what is decoded leaves by a pipe. */
function limitWords(limits: RunLimits): string[] {
  return [
    "prlimit",
    `--as=${limits.memoryBytes}`,
    `--cpu=${limits.cpuSeconds}`,
    "--fsize=0",
    "--nofile=64",
    "--core=0",
    "--",
  ];
}

async function works(wrap: readonly string[]): Promise<boolean> {
  const [program, ...args] = [...wrap, "true"];
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: "ignore",
      env: childEnvironment,
      timeout: 5000,
      killSignal: "SIGKILL",
    });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

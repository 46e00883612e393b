import { spawn } from "node:child_process";
import { once } from "node:events";

/** A program of Debian's, and the package that brings it. */
export interface Program {
  readonly command: string;
  readonly debianPackage: string;
}

/** Says which Debian package to install for what the sandbox could not find. */
export function missing(what: string, debianPackage: string, cause: unknown): Error {
  return new Error(`${what} is missing. Install the Debian package: apt-get install ${debianPackage}`, {
    cause,
  });
}

/** Runs a program to its end and gives what it wrote. Throws when it is not installed or fails. */
export async function run(
  { command, debianPackage }: Program,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Promise<Buffer> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const closed = once(child, "close");
  // A program that ends early closes its input: its exit code then says why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [output, complaint] = await Promise.all([
    Array.fromAsync(child.stdout as AsyncIterable<Buffer>),
    Array.fromAsync(child.stderr as AsyncIterable<Buffer>),
    closed.catch((cause: unknown) => {
      throw missing(command, debianPackage, cause);
    }),
  ]);
  if (child.exitCode !== 0) {
    const said = Buffer.concat(complaint).toString().trim().slice(0, 500);
    throw new Error(
      `${command} failed with ${child.exitCode ?? child.signalCode ?? "no exit code"}: ${said}`,
    );
  }
  return Buffer.concat(output);
}

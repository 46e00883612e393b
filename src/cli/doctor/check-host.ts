import { once } from "node:events";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:http";
import { resolve } from "node:path";

import { createFfmpeg } from "../../audio/ffmpeg.ts";
import { opusEngine } from "../../audio/opus-engine.ts";
import { createSileroDetector } from "../../audio/silero.ts";
import { ffmpegVersion } from "../../audio/ffmpeg-version.ts";
import type { Config } from "../../config.ts";
import { prepareFolder } from "../../store/data-folder.ts";
import { StoreError } from "../../store/errors.ts";
import { broken, codeOf, type Finding, ok, warning } from "./finding.ts";

const oldestNode = [24, 12] as const;
const gigabyte = 2 ** 30;

/** The runtime, and the two libraries that every recording goes through. */
export async function checkRuntime(): Promise<readonly Finding[]> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const node = recent
    ? ok("Node", process.version)
    : broken("Node", process.version, `Earshot needs ${oldestNode.join(".")} or newer`);
  try {
    opusEngine();
    await (await createSileroDetector()).close();
    return [node, ok("Decoding", "Opus and voice activity detection load")];
  } catch (error) {
    const said = `a library does not load (${codeOf(error)})`;
    return [node, broken("Decoding", said, "run npm ci again on this very kind of machine")];
  }
}

/** The decoder of everything but voice notes, and how far it is shut in. */
export async function checkFfmpeg(): Promise<readonly Finding[]> {
  const version = await ffmpegVersion();
  if (version === undefined) {
    const said = "not installed; voice notes work without, other recordings do not";
    return [warning("ffmpeg", said, "apt-get install ffmpeg")];
  }
  const { network, user, newPrivileges, limits } = await createFfmpeg().sandbox();
  const gaps = [
    ...(network === "host" ? ["could reach the network"] : []),
    ...(newPrivileges === "possible" ? ["could gain rights"] : []),
    ...(limits === "missing" ? ["has no limits of memory and time"] : []),
  ];
  const shut = `runs ${user === "own" ? "as this user" : `apart (${user})`}`;
  const mend = "allow user namespaces, and install util-linux (unshare, setpriv, prlimit)";
  return [
    ok("ffmpeg", version),
    gaps.length === 0
      ? ok("ffmpeg's sandbox", `${shut}, without network, bounded`)
      : warning("ffmpeg's sandbox", `${shut}, but ${gaps.join(" and ")}`, mend),
  ];
}

/** Whether DATA_DIR can be written, and has room. */
export async function checkFolder({ dataDir }: Pick<Config, "dataDir">): Promise<readonly Finding[]> {
  const about = "Data folder";
  const wasThere = existsSync(dataDir);
  try {
    prepareFolder(dataDir);
    const { bavail, bsize } = await statfs(dataDir);
    const free = (bavail * bsize) / gigabyte;
    const said = `${resolve(dataDir)} can be written, ${free.toFixed(1)} GB are free`;
    if (free < 1) return [warning(about, said, "make room: recordings lie there while they are worked on")];
    return [ok(about, wasThere ? said : `${said} (made just now)`)];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [broken(about, error.message, "set DATA_DIR to a folder that this user may write")];
  }
}

/** Whether HTTP_PORT is free, or this bot's already. */
export async function checkPort({ http }: Pick<Config, "http">): Promise<readonly Finding[]> {
  const about = "HTTP port";
  const { host, port, isPortChosen } = http;
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, "listening");
    return [ok(about, port === 0 ? "a free one will be picked" : `${host}:${port} is free`)];
  } catch (error) {
    const code = codeOf(error);
    if (code === "EADDRINUSE") {
      if (await isEarshot(host, port)) return [ok(about, `Earshot answers on ${host}:${port}`)];
      const said = `another program listens on ${host}:${port}`;
      return isPortChosen
        ? [broken(about, said, "set HTTP_PORT to another port")]
        : [warning(about, `${said}, so that there are no health and web pages`, "set HTTP_PORT")];
    }
    return [broken(about, `cannot listen on ${host}:${port} (${code})`, "look at HTTP_HOST and HTTP_PORT")];
  } finally {
    server.close();
  }
}

async function isEarshot(host: string, port: number): Promise<boolean> {
  const address = host === "0.0.0.0" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${address}:${port}/healthz`, { signal: AbortSignal.timeout(2000) });
    return (await answer.text()).includes('"alive"');
  } catch {
    return false;
  }
}

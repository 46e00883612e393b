import { createHash, randomUUID } from "node:crypto";
import { mkdir, open as openFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { Agent, type Dispatcher, errors, request } from "undici";

import { DownloadError } from "../errors.ts";

/** A recording on disk: a private file that is there until `remove` is called. */
export interface DownloadedFile {
  readonly path: string;
  readonly bytes: number;
  /** Of its bytes, as hexadecimal. */
  readonly sha256: string;
  remove(): Promise<void>;
}

export interface DownloadRequest {
  readonly url: string;
  /** As Discord declares it; more than the limit is refused without a request. */
  readonly declaredBytes: number;
  readonly signal: AbortSignal;
}

/** Fetches recordings from the allowed origins into private files. */
export interface Downloads {
  /** Throws DownloadError; an abort by the caller is rethrown as it is. */
  fetch(what: DownloadRequest): Promise<DownloadedFile>;
  /** Takes away what earlier runs left behind; call once before the first fetch. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export interface DownloadOptions {
  /** Exact origins; redirects are held to them too. */
  readonly origins: readonly string[];
  /** A folder of our own; made when missing. */
  readonly folder: string;
  /** In units of 1,048,576 bytes, as Discord counts. */
  readonly maxMegabytes: number;
  /** For one whole try, in ms. */
  readonly deadlineMs: number;
  /** Longest silence of the server, in ms. */
  readonly stallMs: number;
  /** Pauses before the second, third … try at something that may pass by itself, in ms. */
  readonly retryPausesMs: readonly number[];
}

const megabyte = 1_048_576;
const maxRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Discord's CDN says 404 to an expired signature; the others are what proxies in front of it say. */
const gone: ReadonlySet<number> = new Set([401, 403, 404, 410]);
const filePrefix = "recording-";
/** No download and no transcription of one file takes this long. */
const abandonedAfterMs = 6 * 3_600_000;

/** Downloads over connections of its own. Nothing happens before the first call. */
export function createDownloads(options: DownloadOptions): Downloads {
  const agent = new Agent({
    connect: { timeout: options.stallMs },
    headersTimeout: options.stallMs,
    bodyTimeout: options.stallMs,
  });
  return {
    async fetch(what) {
      if (what.declaredBytes > options.maxMegabytes * megabyte) throw tooLarge(options.maxMegabytes);
      for (let tries = 0; ; tries++) {
        try {
          return await fetchOnce(agent, options, what);
        } catch (error) {
          what.signal.throwIfAborted();
          const pauseMs = options.retryPausesMs[tries];
          if (pauseMs === undefined || !mayPass(error)) throw error;
          await delay(pauseMs, undefined, { signal: what.signal });
        }
      }
    },
    async sweep() {
      await mkdir(options.folder, { recursive: true, mode: 0o700 });
      const before = Date.now() - abandonedAfterMs;
      for (const name of await readdir(options.folder)) {
        const path = join(options.folder, name);
        if (name.startsWith(filePrefix) && (await modifiedMs(path)) < before) await rm(path, { force: true });
      }
    },
    async close() {
      if (!agent.destroyed) await agent.destroy();
    },
  };
}

async function modifiedMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    // Another process of this host was quicker.
    if (codeOf(error) === "ENOENT") return Infinity;
    throw error;
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof DownloadError && error.reason === "download-failed";
}

async function fetchOnce(
  agent: Agent,
  options: DownloadOptions,
  what: DownloadRequest,
): Promise<DownloadedFile> {
  const deadline = AbortSignal.timeout(options.deadlineMs);
  const signal = AbortSignal.any([what.signal, deadline]);
  const path = join(options.folder, `${filePrefix}${randomUUID()}`);
  try {
    const response = await open(agent, options, what.url, signal);
    const { bytes, sha256 } = await spool(response, {
      path,
      maxMegabytes: options.maxMegabytes,
      folder: options.folder,
      signal,
    });
    if (bytes === 0) throw new DownloadError("empty-file", "the file has no bytes");
    return { path, bytes, sha256, remove: () => rm(path, { force: true }) };
  } catch (error) {
    await rm(path, { force: true });
    what.signal.throwIfAborted();
    throw asDownloadError(error, deadline);
  }
}

/** Follows redirects by hand, so that no request ever leaves for an origin that is not allowed. */
async function open(
  agent: Agent,
  options: DownloadOptions,
  address: string,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  let url = allowedUrl(address, options.origins);
  for (let hops = 0; ; hops++) {
    const response = await request(url, { dispatcher: agent, method: "GET", signal });
    const { statusCode } = response;
    if (statusCode === 200) return response;
    // Nothing of the body is read; leaving it open would keep the connection busy.
    response.body.on("error", () => undefined).destroy();
    const location = response.headers["location"];
    if (!redirects.has(statusCode) || typeof location !== "string") throw refusedBy(statusCode);
    // Each of them led to an allowed origin: it is the CDN that has lost its way.
    if (hops === maxRedirects) throw new DownloadError("download-failed", "too many redirects");
    url = allowedUrl(URL.parse(location, url.href)?.href ?? "", options.origins);
  }
}

function allowedUrl(address: string, origins: readonly string[]): URL {
  const url = URL.parse(address);
  if (!url || !origins.includes(url.origin) || url.username !== "" || url.password !== "") {
    throw new DownloadError("download-refused", "not from an allowed origin");
  }
  return url;
}

function refusedBy(httpStatus: number): DownloadError {
  return gone.has(httpStatus)
    ? new DownloadError("download-gone", `the CDN refused the link (${httpStatus})`, { httpStatus })
    : new DownloadError("download-failed", `the CDN answered ${httpStatus}`, { httpStatus });
}

function tooLarge(limitMegabytes: number): DownloadError {
  return new DownloadError("too-large", "larger than the limit", { details: { limitMegabytes } });
}

interface Spool {
  readonly path: string;
  readonly folder: string;
  readonly maxMegabytes: number;
  readonly signal: AbortSignal;
}

/** Writes the body to a file only we can read and counts on the way: what a server declares proves nothing. */
async function spool(
  response: Dispatcher.ResponseData,
  { path, folder, maxMegabytes, signal }: Spool,
): Promise<Pick<DownloadedFile, "bytes" | "sha256">> {
  let bytes = 0;
  const hash = createHash("sha256");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await using file = await openFile(path, "wx", 0o600);
  for await (const block of response.body as AsyncIterable<Buffer>) {
    bytes += block.length;
    if (bytes > maxMegabytes * megabyte) throw tooLarge(maxMegabytes);
    hash.update(block);
    await file.writeFile(block, { signal });
    // A block lies outside of the collector's heap: a hundred megabytes of them would wait there for a full collection.
    if (block.buffer instanceof ArrayBuffer && block.buffer.byteLength === block.length)
      block.buffer.transfer(0);
  }
  signal.throwIfAborted();
  return { bytes, sha256: hash.digest("hex") };
}

const full: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

function asDownloadError(error: unknown, deadline: AbortSignal): DownloadError {
  if (error instanceof DownloadError) return error;
  if (full.has(codeOf(error))) return new DownloadError("disk-full", "no space left", { cause: error });
  const late =
    deadline.aborted ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.ConnectTimeoutError;
  return late
    ? new DownloadError("download-timeout", "the download stalled", { cause: error })
    : new DownloadError("download-failed", "the download broke off", { cause: error });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

import { get, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";

import { readWave, samplesOf } from "../wave.ts";
import { StatusRefusal } from "./status.ts";

/** A recording as the service works on it. */
export interface FetchedRecording {
  readonly samples: Int16Array;
  readonly sampleRate: 8000 | 16000;
  readonly bytes: number;
}

export interface FetchRules {
  /** 512 MB (seed 002, "Call limits"). */
  readonly maxBytes: number;
  /** Of the model that the appkey's project is bound to. */
  readonly modelRate: 8000 | 16000;
  readonly adaptRate: boolean;
}

/** Fetches a recording by its address as a file server's clients do, and checks what came. Throws StatusRefusal. */
export async function fetchRecording(
  link: string,
  rules: FetchRules,
  signal: AbortSignal,
): Promise<FetchedRecording> {
  const bytes = await download(link, rules.maxBytes, signal);
  const wave = readWave(bytes);
  // The double hears WAVE only; the service takes MP3 too.
  if (wave === undefined || wave.channels > 2) throw new StatusRefusal(41050003);
  if (wave.format !== 1 || wave.bitsPerSample !== 16 || wave.channels !== 1)
    throw new StatusRefusal(41050005);
  const samples = samplesOf(wave.data);
  if (samples.length === 0) throw new StatusRefusal(41050006);
  if (wave.sampleRate !== rules.modelRate) throw new StatusRefusal(41050008);
  return { samples, sampleRate: rules.modelRate, bytes: bytes.length };
}

async function download(link: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const response = await open(link, signal);
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200) {
    response.destroy();
    if (statusCode === 404) throw new StatusRefusal(41050024);
    if (statusCode === 401 || statusCode === 403) throw new StatusRefusal(41050025);
    throw new StatusRefusal(statusCode >= 500 ? 41050026 : 41050002);
  }
  const declared = headers["content-length"];
  // Seed 002, "Procedure": without the right length the recording fails to be downloaded.
  if (declared === undefined) throw refusedBody(response, 41050023);
  if (Number(declared) > maxBytes) throw refusedBody(response, 41050004);
  const parts: Buffer[] = [];
  try {
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  } catch {
    signal.throwIfAborted();
    throw new StatusRefusal(41050023);
  }
  const bytes = Buffer.concat(parts);
  if (bytes.length !== Number(declared)) throw new StatusRefusal(41050023);
  return bytes;
}

function refusedBody(response: IncomingMessage, statusCode: number): StatusRefusal {
  response.destroy();
  return new StatusRefusal(statusCode);
}

async function open(link: string, signal: AbortSignal): Promise<IncomingMessage> {
  const fetch = link.startsWith("https:") ? getSecurely : get;
  return new Promise((resolve, reject) => {
    fetch(link, { signal, headers: { "user-agent": "filetrans" } }, resolve).on("error", (error) =>
      reject(signal.aborted ? error : new StatusRefusal(41050002)),
    );
  });
}

import { run } from "./program.ts";
import { bytesOf } from "./wave.ts";

/** A voice note as Discord's clients upload it: the file, and what they write into the attachment beside it. */
export interface EncodedVoiceNote {
  readonly filename: "voice-message.ogg";
  readonly contentType: "audio/ogg";
  /** Ogg Opus. */
  readonly bytes: Uint8Array;
  /** Attachment field duration_secs. */
  readonly durationSecs: number;
  /** Attachment field waveform: Base64 of at most 256 loudness values, one a tenth of a second while they suffice. */
  readonly waveform: string;
}

export interface EncodingOptions {
  /** 1 unless told; 2 gives both ears the same. */
  readonly channels?: 1 | 2;
  /** Length of an Opus frame; 20 unless told. */
  readonly frameMs?: 2.5 | 5 | 10 | 20 | 40 | 60;
  /** Bits a second; 32,000 unless told. */
  readonly bitrate?: number;
}

/** Encodes mono 16 kHz samples as Discord's clients do: 48 kHz Ogg Opus. Needs Debian's ffmpeg. */
export async function encodeVoiceNote(
  samples: Int16Array,
  { channels = 1, frameMs = 20, bitrate = 32_000 }: EncodingOptions = {},
): Promise<EncodedVoiceNote> {
  const input = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "-"];
  const sound = ["-ar", "48000", "-ac", `${channels}`, "-c:a", "libopus", "-application", "voip"];
  const output = ["-b:a", `${bitrate}`, "-frame_duration", `${frameMs}`, "-f", "ogg", "-"];
  const ffmpeg = { command: "ffmpeg", debianPackage: "ffmpeg" };
  const bytes = await run(ffmpeg, ["-v", "error", ...input, ...sound, ...output], bytesOf(samples));
  return {
    filename: "voice-message.ogg",
    contentType: "audio/ogg",
    bytes,
    durationSecs: samples.length / 16_000,
    waveform: waveformOf(samples),
  };
}

function waveformOf(samples: Int16Array): string {
  const points = Math.max(1, Math.min(256, Math.floor(samples.length / 1600)));
  const perPoint = samples.length / points;
  const peaks = Array.from({ length: points }, (_, point) => {
    let peak = 0;
    for (const sample of samples.subarray(Math.floor(point * perPoint), Math.floor((point + 1) * perPoint))) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  });
  const loudest = Math.max(1, ...peaks);
  return Buffer.from(peaks.map((peak) => Math.round((peak / loudest) * 255))).toString("base64");
}

import { ffmpeg, librivox, run } from "./samples.ts";

/** A format that people send, and how a file of it is made: by Debian's encoders, from the first of the LibriVox recordings. */
export interface FormatSample {
  /** As the table in docs/formats.md has it. */
  readonly extension: string;
  readonly holds: string;
  readonly encoder: string;
  /** How alike the decoded waves must be; speech codecs keep the sound, not the shape of the wave. */
  readonly likeness: number;
  make(path: string): void;
}

const [speech = ""] = librivox;
const film = ["-f", "lavfi", "-i", "testsrc=d=7:s=64x64:r=5", "-pix_fmt", "yuv420p"];

function by(extension: string, holds: string, encoder: string, args: string): FormatSample {
  return {
    extension,
    holds,
    encoder,
    likeness: 0.9,
    make: (path) => void ffmpeg(["-i", speech, ...args.split(" "), path]),
  };
}

function filmBy(extension: string, holds: string, encoder: string, args: string): FormatSample {
  return {
    extension,
    holds,
    encoder,
    likeness: 0.9,
    make: (path) =>
      void ffmpeg(["-i", speech, ...film, "-map", "0:a", "-map", "1:v", ...args.split(" "), path]),
  };
}

function amr(path: string): void {
  run("sox", [speech, "-r", "8000", "-t", "amr-nb", path]);
}

/** Every format that is tried. */
export const formatSamples: readonly FormatSample[] = [
  by("mp3", "MP3", "ffmpeg, LAME", "-c:a libmp3lame -f mp3"),
  by("mp2", "MPEG layer 2", "ffmpeg, TwoLAME", "-c:a libtwolame -f mp2"),
  by("m4a", "AAC, index at the end", "ffmpeg", "-c:a aac -f ipod"),
  by("m4a", "AAC, index at the start", "ffmpeg", "-c:a aac -movflags faststart -f ipod"),
  by("m4a", "ALAC", "ffmpeg", "-c:a alac -f ipod"),
  by("aac", "AAC", "ffmpeg", "-c:a aac -f adts"),
  by("wav", "PCM, 16 bits", "ffmpeg", "-f wav"),
  by("wav", "floats, stereo, 44.1 kHz", "ffmpeg", "-c:a pcm_f32le -ac 2 -ar 44100 -f wav"),
  by("wav", "µ-law", "ffmpeg", "-c:a pcm_mulaw -f wav"),
  by("flac", "FLAC", "ffmpeg", "-f flac"),
  by("aiff", "PCM", "ffmpeg", "-f aiff"),
  by("caf", "PCM", "ffmpeg", "-f caf"),
  {
    extension: "opus",
    holds: "Opus",
    encoder: "opusenc",
    likeness: 0.9,
    make: (path) => void run("opusenc", ["--quiet", speech, path]),
  },
  by("ogg", "Opus", "ffmpeg, libopus", "-c:a libopus -f ogg"),
  by("ogg", "Vorbis", "ffmpeg, libvorbis", "-c:a libvorbis -f ogg"),
  by("ogg", "FLAC", "ffmpeg", "-c:a flac -f ogg"),
  { ...by("ogg", "Speex", "ffmpeg, libspeex", "-c:a libspeex -f ogg"), likeness: 0.6 },
  by("webm", "Opus", "ffmpeg, libopus", "-c:a libopus -f webm"),
  filmBy("webm", "VP8 and Vorbis", "ffmpeg, libvpx", "-c:v libvpx -c:a libvorbis -f webm"),
  filmBy("mp4", "H.264 and AAC", "ffmpeg, x264", "-c:v libx264 -c:a aac -f mp4"),
  by("mp4", "AAC in fragments", "ffmpeg", "-c:a aac -movflags frag_keyframe+empty_moov -f mp4"),
  filmBy("mov", "H.264 and PCM", "ffmpeg, x264", "-c:v libx264 -c:a pcm_s16le -f mov"),
  filmBy("mkv", "H.264 and AC-3", "ffmpeg, x264", "-c:v libx264 -c:a ac3 -ar 48000 -f matroska"),
  by("mka", "MP3", "ffmpeg, LAME", "-c:a libmp3lame -f matroska"),
  { extension: "amr", holds: "AMR-NB", encoder: "SoX, OpenCORE", likeness: 0.5, make: amr },
  {
    extension: "3gp",
    holds: "H.263 and AMR-NB",
    encoder: "SoX, ffmpeg",
    likeness: 0.5,
    make(path) {
      amr(`${path}.amr`);
      const picture = ["-f", "lavfi", "-i", "testsrc=d=7:s=176x144:r=5"];
      const codecs = ["-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "h263", "-f", "3gp"];
      ffmpeg(["-i", `${path}.amr`, ...picture, ...codecs, path]);
    },
  },
  by("3gp", "AAC", "ffmpeg", "-c:a aac -f 3gp"),
  by("wma", "WMA 2", "ffmpeg", "-c:a wmav2 -f asf"),
  filmBy("wmv", "WMV 2 and WMA 2", "ffmpeg", "-c:v wmv2 -c:a wmav2 -f asf"),
];

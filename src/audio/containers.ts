/** The only demuxers ffmpeg may use, by its own names: each takes a file of its own, none reads other files or addresses. */
export const demuxers = [
  "aac",
  "aiff",
  "amr",
  "asf",
  "caf",
  "flac",
  "matroska",
  "mov",
  "mp3",
  "ogg",
  "wav",
] as const;

export type Demuxer = (typeof demuxers)[number];

/** The only decoders it may use: sound as recorders, messengers and phones write it, and no pictures. */
export const codecs: readonly string[] = [
  "aac aac_latm ac3 alac amrnb amrwb eac3 flac gsm gsm_ms mp1 mp1float mp2 mp2float mp3 mp3float opus speex vorbis",
  "wmalossless wmapro wmav1 wmav2 wmavoice adpcm_ima_qt adpcm_ima_wav adpcm_ms adpcm_yamaha",
  "pcm_alaw pcm_mulaw pcm_s8 pcm_u8 pcm_s16be pcm_s16le pcm_s24be pcm_s24le pcm_s32be pcm_s32le",
  "pcm_f32be pcm_f32le pcm_f64be pcm_f64le",
].flatMap((line) => line.split(" "));

/** These have no length in their headers, so that ffmpeg can but guess it from the first frames' bit rate. */
export const guessesLength: ReadonlySet<Demuxer> = new Set(["aac", "amr", "mp3"]);

import { humanSpeech, type SpokenText } from "../sandbox/speech.ts";
import { joinSpeech } from "../sandbox/joined-speech.ts";
import { type EncodedVoiceNote, encodeVoiceNote } from "../sandbox/voice-note.ts";

/** One note of the demo: who posts it, what it is, and what is said in it (nothing for a file that is no recording). */
export interface DemoNote {
  readonly author: string;
  readonly about: string;
  readonly spoken: string;
  readonly note: EncodedVoiceNote;
}

const stillLong = 61_000;

/** Three human voice notes (one longer than a minute, one in stereo), a hostile file, and one more note for an error. */
export async function createNotes(): Promise<{
  readonly notes: readonly DemoNote[];
  readonly hostile: DemoNote;
  readonly unlucky: DemoNote;
}> {
  const speech = await humanSpeech({ minWords: 7 });
  const readers = speech.filter(({ speaker }) => speaker === "librivox");
  const prompts = speech.filter(({ speaker }) => speaker === "allison");
  const pick = (words: RegExp): SpokenText => {
    const found = prompts.find(({ text }) => words.test(text)) ?? prompts[0];
    if (!found) throw new Error("Debian's asterisk-core-sounds-en-g722 holds no prompts");
    return found;
  };
  const short = pick(/please try again/i);
  const other = pick(/voicemail|mailbox/i);
  const long = joinSpeech(untilLong([...readers, ...prompts]), { seed: 7, pauseMs: [400, 1100] });
  const stereo = joinSpeech(prompts.slice(4, 7), { seed: 3 });
  return {
    notes: [
      {
        author: "Maya",
        about: "a voice note",
        spoken: short.text,
        note: await encodeVoiceNote(short.samples),
      },
      {
        author: "Jonas",
        about: "a longer one, more than the service takes in one piece",
        spoken: long.text,
        note: await encodeVoiceNote(long.samples),
      },
      {
        author: "Lin",
        about: "in stereo, 60 ms frames",
        spoken: stereo.text,
        note: await encodeVoiceNote(stereo.samples, { channels: 2, frameMs: 60, bitrate: 48_000 }),
      },
    ],
    hostile: {
      author: "Eve",
      about: "not a recording at all, but named like one",
      spoken: "",
      note: hostileNote(),
    },
    unlucky: {
      author: "Maya",
      about: "while the speech service has a problem",
      spoken: other.text,
      note: await encodeVoiceNote(other.samples),
    },
  };
}

function untilLong(all: readonly SpokenText[]): readonly SpokenText[] {
  let lengthMs = 0;
  const taken: SpokenText[] = [];
  for (const one of all) {
    if (lengthMs > stillLong) break;
    taken.push(one);
    lengthMs += one.samples.length / 16;
  }
  return taken;
}

/** A page of markup under a voice note's name, with a length and a waveform that are invented. */
function hostileNote(): EncodedVoiceNote {
  const page = "<!doctype html><script>location='https://example.org'</script>".repeat(400);
  return {
    filename: "voice-message.ogg",
    contentType: "audio/ogg",
    bytes: Buffer.from(page),
    durationSecs: 12,
    waveform: Buffer.from(Array.from({ length: 120 }, (_, at) => (at * 37) % 256)).toString("base64"),
  };
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

/** Share of the spoken words that the transcript has too, 0 to 1: enough to tell a transcript from an invention. */
export function wordsFound(spoken: string, transcript: string): number {
  const heard = new Map<string, number>();
  for (const word of words(transcript)) heard.set(word, (heard.get(word) ?? 0) + 1);
  const said = words(spoken);
  const found = said.filter((word) => {
    const left = heard.get(word) ?? 0;
    heard.set(word, left - 1);
    return left > 0;
  });
  return said.length === 0 ? 0 : found.length / said.length;
}

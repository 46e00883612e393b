import { createLiveClips, type LiveClip, type LiveClips, type OpenSound } from "../audio/live-clips.ts";
import type { LivePacket } from "../audio/live-packets.ts";
import { createLiveSpeaker, endOfSound, type LiveSound, type LiveSpeaker } from "../audio/live-speaker.ts";
import type { SampleRate, Span } from "../audio/pcm.ts";
import type { VoiceActivityDetector } from "../audio/voice-activity.ts";
import type { CaptionNetwork } from "./caption.ts";

export interface CaptionSpeakersOptions {
  readonly detector: VoiceActivityDetector;
  readonly sampleRate: SampleRate;
  readonly maxClipMs: number;
  readonly sessionStartMs: number;
  readonly onClip: (speakerId: string, clip: LiveClip) => void;
  /** What somebody said in that time, in ms of the session, did not come through. */
  readonly onUnheard: (speakerId: string, span: Span) => void;
  /** Told of all sound that was listened to, before its clips are given: those that end with it, and what is collected now. */
  readonly onHeard?: (speakerId: string, clips: readonly LiveClip[], open: OpenSound | undefined) => void;
}

/** Everybody who speaks: one decoder, one clock and one cutter each, freed when they leave. */
export interface CaptionSpeakers {
  /** Sound that was decoded, in ms. */
  readonly decodedMs: number;
  /** What the network did, to everybody so far. */
  readonly network: CaptionNetwork;
  /** When the earliest speech began that has not become a clip yet, in ms of the session. */
  readonly openSinceMs: number | undefined;
  hear(speakerId: string, packet: LivePacket): Promise<void>;
  /** By the clock of the packets. */
  advance(nowMs: number): Promise<void>;
  left(speakerId: string): Promise<void>;
  /** Without a clip. */
  forget(speakerId: string): void;
  end(): Promise<void>;
}

interface Speaker {
  readonly voice: LiveSpeaker;
  readonly clips: LiveClips;
  /** What is being done with their sound: one thing after the other. */
  work: Promise<void>;
  state: "here" | "leaving" | "forgotten";
}

export function createCaptionSpeakers(options: CaptionSpeakersOptions): CaptionSpeakers {
  const { detector, sampleRate, maxClipMs, sessionStartMs, onClip } = options;
  const speakers = new Map<string, Speaker>();
  /** Gone, with their last clip not made yet. */
  const leaving = new Set<Speaker>();
  let decodedMs = 0;
  let gone: CaptionNetwork = { packets: 0, lost: 0, dropped: 0, concealedMs: 0 };

  const speakerOf = (speakerId: string): Speaker => {
    const known = speakers.get(speakerId);
    if (known) return known;
    const speaker: Speaker = {
      voice: createLiveSpeaker({ sessionStartMs, sampleRate }),
      clips: createLiveClips({ detector, sampleRate, maxClipMs }),
      work: Promise.resolve(),
      state: "here",
    };
    speakers.set(speakerId, speaker);
    return speaker;
  };
  const give = (speakerId: string, speaker: Speaker, clips: readonly LiveClip[]): void => {
    if (speaker.state === "forgotten") return;
    options.onHeard?.(speakerId, clips, speaker.clips.open);
    for (const clip of clips) onClip(speakerId, clip);
  };
  const cut = async (speakerId: string, speaker: Speaker, sounds: readonly LiveSound[]): Promise<void> => {
    for (const sound of sounds) {
      if (speaker.state === "forgotten") return;
      if (sound.type === "unheard") {
        options.onUnheard(speakerId, { startMs: Math.round(sound.startMs), endMs: Math.round(sound.endMs) });
        continue;
      }
      if (sound.type === "audio") decodedMs += endOfSound(sound, sampleRate) - sound.startMs;
      give(speakerId, speaker, await speaker.clips.push(sound));
    }
  };
  const then = async (speaker: Speaker, act: () => Promise<void> | void): Promise<void> => {
    speaker.work = speaker.work.then(act);
    await speaker.work;
  };
  const leave = async (speakerId: string): Promise<void> => {
    const speaker = speakers.get(speakerId);
    if (!speaker) return;
    speakers.delete(speakerId);
    speaker.state = "leaving";
    leaving.add(speaker);
    const rest = speaker.voice.end();
    gone = together(gone, speaker.voice.stats);
    try {
      await then(speaker, async () => {
        await cut(speakerId, speaker, rest);
        give(speakerId, speaker, await speaker.clips.end());
      });
    } finally {
      leaving.delete(speaker);
    }
  };

  return {
    get decodedMs() {
      return decodedMs;
    },
    get network() {
      return [...speakers.values()].reduce((all, { voice }) => together(all, voice.stats), gone);
    },
    get openSinceMs() {
      const open = [...speakers.values(), ...leaving].flatMap(({ clips }) => clips.openSinceMs ?? []);
      return open.length === 0 ? undefined : Math.min(...open);
    },
    async hear(speakerId, packet) {
      const speaker = speakerOf(speakerId);
      const sounds = speaker.voice.push(packet);
      if (sounds.length > 0) await then(speaker, () => cut(speakerId, speaker, sounds));
    },
    async advance(nowMs) {
      const all = [...speakers].map(([speakerId, speaker]) => {
        const sounds = speaker.voice.advance(nowMs);
        return then(speaker, async () => {
          await cut(speakerId, speaker, sounds);
          // A pause may just be what has not come yet.
          if (!speaker.voice.waiting) give(speakerId, speaker, speaker.clips.advance(nowMs - sessionStartMs));
        });
      });
      await Promise.all(all);
    },
    left: leave,
    forget(speakerId) {
      const speaker = speakers.get(speakerId);
      if (!speaker) return;
      speakers.delete(speakerId);
      speaker.state = "forgotten";
      gone = together(gone, speaker.voice.stats);
      speaker.voice[Symbol.dispose]();
    },
    async end() {
      await Promise.all([...speakers.keys()].map(leave));
    },
  };
}

function together(one: CaptionNetwork, other: CaptionNetwork): CaptionNetwork {
  return {
    packets: one.packets + other.packets,
    lost: one.lost + other.lost,
    dropped: one.dropped + other.dropped,
    concealedMs: one.concealedMs + other.concealedMs,
  };
}

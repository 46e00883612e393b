import type { LocalDiscord } from "../discord/local-discord.ts";
import { opusPackets } from "../opus-packets.ts";
import type { SpokenText } from "../speech.ts";
import type { SayOptions, VoicePerson, VoiceRoom } from "./voice-room.ts";
import type { VoiceServer } from "./voice-server.ts";

/** A voice channel of a local Discord, with people who join, talk and leave. */
export interface TalkChannel {
  readonly id: string;
  readonly room: VoiceRoom;
  /** A member of the server joins. */
  enter(userId: string): Talker;
}

export interface Talker extends VoicePerson {
  readonly memberId: string;
  /** Says something in real time, end-to-end encrypted; resolves when it is said. */
  speak(spoken: Pick<SpokenText, "samples">, options?: SayOptions): Promise<void>;
  /** Leaves the voice channel. */
  hangUp(): void;
}

export interface TalkChannelOptions {
  readonly discord: LocalDiscord;
  readonly voice: VoiceServer;
  readonly guildId: string;
  readonly name: string;
}

/** Makes the channel, and sends bots that join it to the voice server. */
export function createTalkChannel({ discord, voice, guildId, name }: TalkChannelOptions): TalkChannel {
  discord.voice.useHost(voice);
  const { id } = discord.createChannel({ guildId, name, type: "voice" });
  const room = voice.room(id);
  return {
    id,
    room,
    enter(userId) {
      discord.voice.change({ guildId, userId, channelId: id });
      const person = room.enter({ id: userId });
      return Object.assign(person, {
        memberId: userId,
        async speak(spoken: Pick<SpokenText, "samples">, options?: SayOptions) {
          const packets = await opusPackets(spoken);
          await person.ready();
          await person.say(packets, options);
        },
        hangUp() {
          person.leave();
          discord.voice.change({ guildId, userId, channelId: null });
        },
      });
    },
  };
}

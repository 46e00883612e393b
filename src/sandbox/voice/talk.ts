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
  /** Discord moves the call to another voice server: everybody goes on there, under other ssrcs, and bots are told where. */
  moveTo(next: VoiceServer): void;
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
  let room = voice.room(id);
  /** Who is there, and as whom: everybody is somebody else to each voice server. */
  const seats = new Map<string, { person: VoicePerson }>();
  return {
    id,
    get room() {
      return room;
    },
    enter(userId) {
      discord.voice.change({ guildId, userId, channelId: id });
      const seat = { person: room.enter({ id: userId }) };
      seats.set(userId, seat);
      return createTalker(userId, seat, () => {
        if (seats.get(userId) === seat) seats.delete(userId);
        discord.voice.change({ guildId, userId, channelId: null });
      });
    },
    moveTo(next) {
      room = next.room(id);
      for (const [userId, seat] of seats) seat.person = room.enter({ id: userId });
      discord.voice.useHost(next);
    },
  };
}

function createTalker(memberId: string, seat: { readonly person: VoicePerson }, onLeft: () => void): Talker {
  return {
    id: memberId,
    memberId,
    get ssrc() {
      return seat.person.ssrc;
    },
    get privacyCode() {
      return seat.person.privacyCode;
    },
    ready: () => seat.person.ready(),
    say: (packets, options) => seat.person.say(packets, options),
    pad: (count, extension) => seat.person.pad(count, extension),
    changeSsrc: () => seat.person.changeSsrc(),
    leave: () => seat.person.leave(),
    async speak(spoken, options) {
      const packets = await opusPackets(spoken);
      await seat.person.ready();
      await seat.person.say(packets, options);
    },
    hangUp() {
      seat.person.leave();
      onLeft();
    },
  };
}

import { randomBytes } from "node:crypto";

import { DAVESession } from "@discordjs/voice";
import { DAVESession as Member } from "@snazzah/davey";

import { createOggOpusDemuxer } from "../../src/audio/ogg-opus-demuxer.ts";
import { joinSpeech } from "../../src/sandbox/joined-speech.ts";
import { humanSpeech } from "../../src/sandbox/speech.ts";
import { createDaveGroup } from "../../src/sandbox/voice/dave-group.ts";
import { createTransport, rtpBody, rtpHeader } from "../../src/sandbox/voice/transport.ts";
import { encodeVoiceNote } from "../../src/sandbox/voice-note.ts";

export const mode = "aead_aes256_gcm_rtpsize";
export const sampleRate = 16_000;
export const speakers = 100;
export const seconds = 6;
/** Packets of each speaker. */
export const ticks = seconds * 50;
const channelId = "1200000000000000001";
const extension = Buffer.from("10500000", "hex");
/** The account of the speaker with this SSRC. */
export const idOf = (index: number): string => `${1_100_000_000_000_000_000n + BigInt(index)}`;
export const ourId = idOf(900_001);
const theirId = idOf(900_002);

/** A call with everybody in it, sealed for two bots: ours and the library's. */
export interface Call {
  readonly key: Buffer;
  readonly ours: DAVESession;
  readonly theirs: DAVESession;
  /** By time, then by speaker: `ssrc` is the speaker's index. */
  readonly datagrams: readonly (readonly Buffer[])[];
}

/** Everybody joins, and speaks for some seconds. */
export async function createCall(): Promise<Call> {
  const group = createDaveGroup(channelId);
  const founder = new Member(1, idOf(0), channelId);
  const members = [
    founder,
    ...Array.from({ length: speakers - 1 }, (_, at) => new Member(1, idOf(at + 1), channelId)),
  ];
  const bots = [ourId, theirId].map((id) => {
    const bot = new DAVESession(1, id, channelId, {});
    bot.reinit();
    return bot;
  });
  const [ours, theirs] = bots as [DAVESession, DAVESession];
  for (const one of [...members, ...bots]) one.setExternalSender(group.externalSender);
  founder.getSerializedKeyPackage();
  const joining = [
    ...members.slice(1).map((member, at) => ({ memberId: idOf(at + 1), session: member })),
    ...bots.map((bot) => ({ memberId: bot.userId, session: bot.session! })),
  ];
  const proposals = group.proposeAdds(
    joining.map(({ memberId, session }) => ({ memberId, keyPackage: session.getSerializedKeyPackage() })),
  );
  const everybody = [idOf(0), ...joining.map(({ memberId }) => memberId)];
  const answer = founder.processProposals(0, proposals.subarray(1), everybody);
  const { commit, welcomes } = group.commit(idOf(0), Buffer.concat([answer.commit!, answer.welcome!]))!;
  founder.processCommit(commit);
  for (const { memberId, welcome } of welcomes) {
    joining.find((one) => one.memberId === memberId)!.session.processWelcome(welcome);
  }

  const key = randomBytes(32);
  const transport = createTransport(mode, key);
  const voices = await speech();
  const datagrams = Array.from({ length: ticks }, (_, tick) =>
    members.map((member, ssrc) => {
      const packet = voices[ssrc % voices.length]![tick]!;
      const fields = { sequence: tick, timestamp: tick * 960, ssrc, extension };
      return transport.seal(rtpHeader(fields), rtpBody(fields, member.encryptOpus(packet)));
    }),
  );
  return { key, ours, theirs, datagrams };
}

let encoded: Promise<Buffer[][]> | undefined;

/** Ten people who talk all the time, as desktop clients encode them: stereo, 64 kbit/s, 20 ms. */
export async function speech(): Promise<Buffer[][]> {
  encoded ??= (async () => {
    const spoken = await humanSpeech({ limit: 40 });
    return Promise.all(
      Array.from({ length: 10 }, async (_, seed) => {
        const { samples } = joinSpeech(spoken, { seed, pauseMs: [100, 600], noiseDb: -60 });
        const note = await encodeVoiceNote(samples.subarray(0, (seconds + 1) * sampleRate), {
          channels: 2,
          bitrate: 64_000,
        });
        const demuxer = createOggOpusDemuxer();
        return [...demuxer.push(note.bytes), ...demuxer.end()].flatMap((step) =>
          step.kind === "audio" ? step.packets.map(({ bytes }) => Buffer.from(bytes)) : [],
        );
      }),
    );
  })();
  return encoded;
}

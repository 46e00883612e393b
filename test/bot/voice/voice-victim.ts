/**
 * A process that hears somebody, is sent something nasty, and tells whether it still hears: exit code 0. Arguments: whose ears
 * ("guarded" for ours, "unmodified" for the library's), and what it is sent.
 */
import { startVoiceServer, type VoiceServer } from "../../../src/sandbox/voice/voice-server.ts";
import { joinWith, numberedPackets } from "../../sandbox/voice/voice-client.ts";
import { anna, botId, channelId, cleo, listen } from "./voice-listener.ts";

const [ears, blow] = process.argv.slice(2);

const blows: Record<string, (server: VoiceServer) => void> = {
  /** op 27 adds somebody of whom op 11 has not told. */
  stranger: (server) => server.room(channelId).enter({ id: cleo, unannounced: true }),
  "short-datagram": (server) => server.datagram(botId, Buffer.alloc(10, 0x80)),
  "empty-json": (server) => server.message(botId, JSON.stringify({ op: 11, d: null })),
  "short-binary": (server) => server.message(botId, Buffer.of(1)),
};

const server = await startVoiceServer();
const person = server.room(channelId).enter({ id: anna });
let heard: () => number;
if (ears === "guarded") {
  const bot = listen(server);
  await bot.reached("listening");
  heard = () => bot.heard(anna).length;
} else {
  const bot = await joinWith(server, { channelId, userId: botId });
  const packets = bot.heardFrom(anna);
  heard = () => packets.length;
}
await person.ready();
blows[blow ?? ""]?.(server);
// The bot may be let into the group anew: somebody who speaks on and on is heard sooner or later.
for (let said = 0; heard() < 10 && said < 20; said++) await person.say(numberedPackets(10));
process.exit(heard() < 10 ? 3 : 0);

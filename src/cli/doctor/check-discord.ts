import { BotError } from "../../bot/errors.ts";
import { type DiscordInspection, inspectDiscord, type InspectedServer } from "../../bot/inspection.ts";
import { inspectVoice } from "../../bot/voice/voice-inspection.ts";
import type { Config } from "../../config.ts";
import { clockFinding } from "./clock.ts";
import { broken, type Finding, ok, skipped, warning } from "./finding.ts";

const tokenPage = "Discord's developer portal, your application, Bot";
/** More servers than that are counted, not listed. */
const mostListed = 20;
const fewLogins = 20;

/** Token, application, intents, and the permissions in each server. */
export async function checkDiscord(
  config: Pick<Config, "discord">,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { token, apiUrl } = config.discord;
  if (token === "")
    return [broken("Discord token", "there is none", `copy it from ${tokenPage} to DISCORD_TOKEN`)];
  try {
    return findings(await inspectDiscord({ token, apiUrl, signal }));
  } catch (error) {
    if (!(error instanceof BotError)) throw error;
    return error.code === "token-refused"
      ? [broken("Discord token", "Discord refuses it", `make a new one (${tokenPage}, Reset Token)`)]
      : [
          broken(
            "Discord",
            error.message,
            "look after this machine's network and proxy, and https://discordstatus.com",
          ),
        ];
  }
}

function findings(found: DiscordInspection): readonly Finding[] {
  const { applicationId, botName, loginsLeft, clockAheadMs } = found;
  return [
    ok("Discord token", `it is ${botName}'s, of application ${applicationId}`),
    contentFinding(found),
    ...(loginsLeft < fewLogins
      ? [
          warning(
            "Discord logins",
            `${loginsLeft} are left for today`,
            "find out why the bot starts so often before Discord resets the token",
          ),
        ]
      : []),
    ...serverFindings(found),
    ...(clockAheadMs === undefined ? [] : [clockFinding(clockAheadMs)]),
  ];
}

function contentFinding({ messageContent }: DiscordInspection): Finding {
  const about = "Message Content intent";
  if (messageContent === undefined) return skipped(about, `not told here; look it up (${tokenPage})`);
  return messageContent
    ? ok(about, "switched on")
    : broken(
        about,
        "switched off, so that voice notes are not seen",
        `switch it on (${tokenPage}, Privileged Gateway Intents)`,
      );
}

function serverFindings({ servers, inviteLink }: DiscordInspection): readonly Finding[] {
  if (servers === undefined) return [skipped("Servers", "not listed here")];
  if (servers.length === 0)
    return [warning("Servers", "the bot is in none", `add it with this link: ${inviteLink}`)];
  const whole = servers.filter(({ needed, useful }) => needed.length + useful.length === 0);
  const lacking = servers.filter((server) => !whole.includes(server));
  const listed = lacking.slice(0, mostListed).map((server) => serverFinding(server, inviteLink));
  const rest = lacking.length - listed.length;
  return [
    ...(whole.length > 0 ? [ok("Servers", `${whole.length} with every permission`)] : []),
    ...listed,
    ...(rest > 0
      ? [warning("Servers", `${rest} more lack permissions`, `the link for all: ${inviteLink}`)]
      : []),
  ];
}

function serverFinding({ id, name, needed, useful }: InspectedServer, inviteLink: string): Finding {
  const about = `Server ${name} (${id})`;
  const mend = `allow it to the bot's role, or add the bot again: ${inviteLink}`;
  return needed.length > 0
    ? broken(about, `the bot lacks ${needed.join(", ")}`, mend)
    : warning(about, `the bot could use ${useful.join(", ")}`, mend);
}

/** Whether voice channels can be listened to from this machine, as far as that shows without joining one. */
export async function checkVoice(): Promise<readonly Finding[]> {
  const { endToEnd, fastCipher, udp } = await inspectVoice();
  const reinstall = "run npm ci again on this very kind of machine";
  return [
    endToEnd
      ? ok("Voice encryption", "end-to-end encryption (DAVE) works")
      : broken("Voice encryption", "end-to-end encryption (DAVE) does not load", reinstall),
    fastCipher
      ? ok("Voice cipher", "AES-256-GCM comes with this Node")
      : skipped("Voice cipher", "AES-256-GCM is missing in this Node; ChaCha20 is used"),
    udp
      ? ok("Voice socket", "UDP can be opened; only a firewall can still be in the way")
      : broken("Voice socket", "no UDP socket can be opened", "allow this process UDP (firewall, container)"),
  ];
}

import type { Payload } from "./entities.ts";
import type { ControlCalls } from "./control.ts";
import type { JournalEntry } from "./journal.ts";
import type { LocalDiscord } from "./local-discord.ts";

type Call<Input> = (input: Input) => unknown;
type Named = Readonly<Record<string, string>>;

/** A call of the control surface. What comes in is whatever the other process sent: it steers a toy, and is trusted. */
function call<Input>(run: Call<Input>): (input: Payload) => unknown {
  return (input) => run(input as Input);
}

interface Awaited {
  readonly timeoutMs?: number;
}

interface AwaitedRequest
  extends Awaited, Partial<Pick<JournalEntry, "method" | "path" | "route" | "status">> {
  /** Only entries with a larger number. */
  readonly after?: number;
}

interface AwaitedMessage extends Awaited {
  readonly channelId: string;
  readonly authorId?: string;
  readonly contains?: string;
}

const matched = ["method", "path", "route", "status"] as const;

function requestCalls(discord: LocalDiscord): ControlCalls {
  const matching = ({ after = 0, ...wanted }: AwaitedRequest): readonly JournalEntry[] =>
    discord.journal.filter(
      (entry) =>
        entry.number > after &&
        matched.every((name) => wanted[name] === undefined || entry[name] === wanted[name]),
    );
  return {
    journal: call((wanted: AwaitedRequest) => matching(wanted)),
    waitForRequest: call((wanted: AwaitedRequest) =>
      discord.waitFor(() => matching(wanted).find(({ status }) => status !== 0), {
        what: "the request",
        ...(wanted.timeoutMs !== undefined && { timeoutMs: wanted.timeoutMs }),
      }),
    ),
    waitForMessage: call(({ channelId, authorId, contains = "", timeoutMs }: AwaitedMessage) =>
      discord.waitFor(
        () =>
          discord
            .messages(channelId)
            .find((one) => (authorId ?? one.author.id) === one.author.id && one.content.includes(contains)),
        { what: "the message", ...(timeoutMs !== undefined && { timeoutMs }) },
      ),
    ),
    failNext: call((fault: Parameters<LocalDiscord["failNext"]>[0]) => discord.failNext(fault)),
    clearFaults: () => discord.clearFaults(),
    setLimits: call((limits: Parameters<LocalDiscord["setLimits"]>[0]) => discord.setLimits(limits)),
    advanceClock: call(({ ms }: { readonly ms: number }) => discord.clock.advance(ms)),
  };
}

function gatewayCalls({ gateway, voice }: LocalDiscord): ControlCalls {
  return {
    dropGateway: call((drop: Parameters<typeof gateway.drop>[0]) => gateway.drop(drop)),
    delayGateway: call(({ ms }: { readonly ms: number }) => gateway.setDelay(ms)),
    holdGateway: () => gateway.hold(),
    releaseGateway: () => gateway.release(),
    gateway: () => ({ ...gateway.counts, connected: gateway.connected().length }),
    changeVoice: call((change: Parameters<typeof voice.change>[0]) => voice.change(change)),
  };
}

function placeCalls(discord: LocalDiscord): ControlCalls {
  return {
    createUser: call((fresh: Parameters<LocalDiscord["createUser"]>[0]) => discord.createUser(fresh)),
    createApplication: call((fresh: Parameters<LocalDiscord["createApplication"]>[0]) =>
      discord.createApplication(fresh),
    ),
    createGuild: call((fresh: Parameters<LocalDiscord["createGuild"]>[0]) => discord.createGuild(fresh)),
    createRole: call((fresh: Parameters<LocalDiscord["createRole"]>[0]) => discord.createRole(fresh)),
    createChannel: call((fresh: Parameters<LocalDiscord["createChannel"]>[0]) =>
      discord.createChannel(fresh),
    ),
    addMember: call((fresh: Parameters<LocalDiscord["addMember"]>[0]) => discord.addMember(fresh)),
    removeMember: call(({ guildId = "", userId = "" }: Named) => discord.removeMember(guildId, userId)),
    deleteChannel: call(({ channelId = "" }: Named) => discord.deleteChannel(channelId)),
    openDm: call(({ one = "", other = "" }: Named) => discord.openDm(one, other)),
    setOverwrite: call(
      ({
        channelId,
        ...overwrite
      }: { readonly channelId: string } & Parameters<LocalDiscord["setOverwrite"]>[1]) =>
        discord.setOverwrite(channelId, overwrite),
    ),
    installForUser: call(({ userId = "", applicationId }: Named) =>
      discord.installForUser(userId, applicationId),
    ),
  };
}

function humanCalls(discord: LocalDiscord): ControlCalls {
  return {
    postMessage: call((fresh: Parameters<LocalDiscord["postMessage"]>[0]) => discord.postMessage(fresh)),
    postVoiceNote: call((fresh: Parameters<LocalDiscord["postVoiceNote"]>[0]) =>
      discord.postVoiceNote(fresh),
    ),
    forward: call((fresh: Parameters<LocalDiscord["forward"]>[0]) => discord.forward(fresh)),
    createForumPost: call((fresh: Parameters<LocalDiscord["createForumPost"]>[0]) =>
      discord.createForumPost(fresh),
    ),
    startThread: call((fresh: Parameters<LocalDiscord["startThread"]>[0]) => discord.startThread(fresh)),
    editMessage: call(({ channelId = "", messageId = "", content = "" }: Named) =>
      discord.editMessage(channelId, messageId, content),
    ),
    deleteMessage: call(({ channelId = "", messageId = "" }: Named) =>
      discord.deleteMessage(channelId, messageId),
    ),
    messages: call(({ channelId = "" }: Named) => discord.messages(channelId)),
    threadsOf: call(({ channelId = "" }: Named) => discord.threadsOf(channelId)),
    changeThread: call(
      ({
        threadId,
        ...change
      }: { readonly threadId: string } & Parameters<LocalDiscord["changeThread"]>[1]) =>
        discord.changeThread(threadId, change),
    ),
    react: call((reaction: Parameters<LocalDiscord["react"]>[0]) => discord.react(reaction)),
    typeInOption: call((typing: Parameters<LocalDiscord["typeInOption"]>[0]) => discord.typeInOption(typing)),
    runCommand: call((run: Parameters<LocalDiscord["runCommand"]>[0]) => discord.runCommand(run)),
    runMenu: call((run: Parameters<LocalDiscord["runMenu"]>[0]) => discord.runMenu(run)),
    clickButton: call((click: Parameters<LocalDiscord["clickButton"]>[0]) => discord.clickButton(click)),
    chooseInMenu: call((choice: Parameters<LocalDiscord["chooseInMenu"]>[0]) => discord.chooseInMenu(choice)),
    submitModal: call((submit: Parameters<LocalDiscord["submitModal"]>[0]) => discord.submitModal(submit)),
    interaction: call(({ id = "" }: Named) => discord.interaction(id)),
  };
}

/** What another process can do with a local Discord, by name. */
export function controlCalls(discord: LocalDiscord): ControlCalls {
  const { origin, apiUrl, application } = discord;
  return {
    about: () => ({
      origin,
      apiUrl,
      application: { id: application.id, botId: application.botId, token: application.token },
      foreignOrigin: discord.foreign.origin,
    }),
    ...requestCalls(discord),
    ...gatewayCalls(discord),
    ...placeCalls(discord),
    ...humanCalls(discord),
  };
}

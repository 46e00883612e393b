import { refused } from "../api-error.ts";
import { commandType, readCommand } from "../command-form.ts";
import type { Application, Command, Id, Payload } from "../entities.ts";
import { readForm, readForms, type Form } from "../form.ts";
import type { World } from "../world.ts";
import {
  botOf,
  formOf,
  noContent,
  ok,
  param,
  type RestAnswer,
  type RestRequest,
  type Route,
} from "./route.ts";

/** How many of each type an app may have in a scope (Discord API, "Registering a Command"). */
const maxByType: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 };
/** New commands a day and guild. */
const maxCreatesADay = 200;

interface Scope {
  readonly application: Application;
  readonly guildId: Id | undefined;
}

function scopeOf(request: RestRequest): Scope {
  const bot = botOf(request);
  const application = request.world.applications.get(param(request, "application"));
  if (!application) throw refused("unknownApplication");
  if (application.id !== bot.id) throw refused("notYourApplication");
  const guildId = request.params["guild"];
  if (guildId !== undefined && !request.world.guilds.get(guildId)?.members.has(bot.userId))
    throw refused("missingAccess");
  return { application, guildId };
}

function commandsIn({ application, guildId }: Scope): readonly Command[] {
  return [...application.commands.values()].filter((command) => command.guildId === guildId);
}

function commandOf(request: RestRequest, scope: Scope): Command {
  const command = commandsIn(scope).find(({ id }) => id === param(request, "command"));
  if (!command) throw refused("unknownCommand");
  return command;
}

function countCreate(world: World, { application, guildId }: Scope): void {
  const dayAgo = world.clock.nowMs() - 24 * 3_600_000;
  const recent = application.commandCreates.filter((one) => one.guildId === guildId && one.atMs > dayAgo);
  if (recent.length >= maxCreatesADay) throw refused("tooManyCommandCreates");
  application.commandCreates.push({ guildId, atMs: world.clock.nowMs() });
}

/** Keeps a command; one of the same name and type is replaced and keeps its id. */
function store(
  world: World,
  scope: Scope,
  read: Command["payload"],
): { readonly command: Command; readonly isNew: boolean } {
  const { application, guildId } = scope;
  const known = commandsIn(scope).find(
    ({ payload }) => payload.name === read.name && payload.type === read.type,
  );
  if (!known) countCreate(world, scope);
  const id = known?.id ?? world.nextId();
  const payload: Command["payload"] = {
    id,
    application_id: application.id,
    ...(guildId !== undefined && { guild_id: guildId }),
    version: world.nextId(),
    ...read,
  };
  const command = { id, guildId, payload };
  application.commands.set(id, command);
  return { command, isNew: !known };
}

function refuseTooMany(types: readonly number[]): void {
  for (const [type, max] of Object.entries(maxByType)) {
    if (types.filter((one) => one === Number(type)).length > max) throw refused("tooManyCommands");
  }
}

function list(request: RestRequest): RestAnswer {
  return ok(commandsIn(scopeOf(request)).map(({ payload }) => payload));
}

function get(request: RestRequest): RestAnswer {
  return ok(commandOf(request, scopeOf(request)).payload);
}

function create(request: RestRequest): RestAnswer {
  const scope = scopeOf(request);
  const form = formOf(request);
  const read = readCommand(form, { isGlobal: scope.guildId === undefined });
  form.check();
  const others = commandsIn(scope).filter(
    ({ payload }) => payload.name !== read.name || payload.type !== read.type,
  );
  refuseTooMany([...others.map(({ payload }) => payload.type), read.type]);
  const { command, isNew } = store(request.world, scope, read);
  return { status: isNew ? 201 : 200, body: command.payload };
}

function edit(request: RestRequest): RestAnswer {
  const scope = scopeOf(request);
  const known = commandOf(request, scope);
  const merged = readForm({ ...known.payload, ...formOf(request).raw, type: known.payload.type });
  const read = readCommand(merged, { isGlobal: true });
  merged.check();
  const payload = { ...known.payload, ...read, version: request.world.nextId() };
  scope.application.commands.set(known.id, { ...known, payload });
  return ok(payload);
}

function destroy(request: RestRequest): RestAnswer {
  const scope = scopeOf(request);
  scope.application.commands.delete(commandOf(request, scope).id);
  return noContent;
}

function checkUnique(forms: readonly Form[]): void {
  const seen = new Set<string>();
  for (const form of forms) {
    const { type = commandType.chat, name } = form.raw;
    const key = JSON.stringify([type, name]);
    if (seen.has(key)) {
      form.issue("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
    }
    seen.add(key);
  }
}

/** Bulk Overwrite: what is not in the list is gone. */
function overwrite(request: RestRequest): RestAnswer {
  const scope = scopeOf(request);
  const { body } = request;
  const forms = readForms(body.type === "json" ? body.value : undefined);
  const read = forms.map((form) => readCommand(form, { isGlobal: scope.guildId === undefined }));
  checkUnique(forms);
  forms[0]?.check();
  refuseTooMany(read.map(({ type }) => type));
  const kept = read.map((one) => store(request.world, scope, one).command);
  for (const { id } of commandsIn(scope)) {
    if (!kept.some((one) => one.id === id)) scope.application.commands.delete(id);
  }
  const payloads: readonly Payload[] = kept.map(({ payload }) => payload);
  return ok(payloads);
}

function routesAt(base: string): readonly Route[] {
  return [
    { method: "GET", path: base, answer: list },
    { method: "POST", path: base, answer: create },
    { method: "PUT", path: base, answer: overwrite },
    { method: "GET", path: `${base}/:command`, answer: get },
    { method: "PATCH", path: `${base}/:command`, answer: edit },
    { method: "DELETE", path: `${base}/:command`, answer: destroy },
  ];
}

export const commandRoutes: readonly Route[] = [
  ...routesAt("/applications/:application/commands"),
  ...routesAt("/applications/:application/guilds/:guild/commands"),
];

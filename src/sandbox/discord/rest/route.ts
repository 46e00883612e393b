import { refused } from "../api-error.ts";
import type { Application } from "../entities.ts";
import { readForm, type Form } from "../form.ts";
import { parseJson, type FormPart, type RequestBody } from "../http-body.ts";
import type { Viewer, World } from "../world.ts";

/** A request that found its route. */
export interface RestRequest {
  readonly world: World;
  readonly method: string;
  /** Ids and tokens of the path by name, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: RequestBody;
  /** The app whose token was sent. */
  readonly application: Application | undefined;
}

/** What a route answers: a body as JSON, or nothing as 204. */
export interface RestAnswer {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: object;
}

/** One route. `auth` none: interaction and webhook routes, whose token is in the path. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As /channels/:channel/messages. */
  readonly path: string;
  readonly auth?: "none";
  answer(request: RestRequest): RestAnswer;
}

export function ok(body: object): RestAnswer {
  return { status: 200, body };
}

export const noContent: RestAnswer = { status: 204 };

/** A named part of the path; routes only ask for what their path has. */
export function param(request: RestRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`the route has no :${name}`);
  return value;
}

/** The bot that sent the request. Refuses with 401. */
export function botOf(request: RestRequest): Application & Viewer {
  const { application } = request;
  if (!application) throw refused("unauthorized");
  return { ...application, userId: application.botId, readsContent: application.privileged.messageContent };
}

/** A body with files: the JSON, from payload_json where it is multipart, and the parts that are files. */
export interface UploadBody {
  readonly form: Form;
  readonly files: ReadonlyMap<number, FormPart>;
}

/** The request's body as a form of fields. */
export function formOf(request: RestRequest): Form {
  return uploadOf(request).form;
}

/** The request's fields and files (Discord API reference, "Uploading Files"). */
export function uploadOf({ body }: RestRequest): UploadBody {
  if (body.type === "empty") return { form: readForm({}), files: new Map() };
  if (body.type === "json") return { form: readForm(body.value), files: new Map() };
  const payload = body.parts.find(({ name }) => name === "payload_json");
  const files = body.parts.flatMap((part): [number, FormPart][] => {
    const index = /^files\[(\d{1,2})\]$/.exec(part.name)?.[1];
    return index === undefined || part.filename === undefined ? [] : [[Number(index), part]];
  });
  const loose = body.parts.filter(({ name, filename }) => filename === undefined && name !== "payload_json");
  const fields = payload
    ? parseJson(payload.bytes.toString("utf8"))
    : Object.fromEntries(loose.map(({ name, bytes }) => [name, bytes.toString("utf8")]));
  return { form: readForm(fields), files: new Map(files) };
}

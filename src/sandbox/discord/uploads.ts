import { refused } from "./api-error.ts";
import type { Attachment, Id } from "./entities.ts";
import type { Form } from "./form.ts";
import type { World } from "./world.ts";

/** What one file may weigh (Discord API reference, "Uploading Files"). */
export const maxFileBytes = 10 * 1024 * 1024;

/** A file as somebody hands it in. */
export interface Upload {
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly contentType?: string | undefined;
  readonly description?: string | undefined;
  readonly durationSecs?: number | undefined;
  readonly waveform?: string | undefined;
}

const typesByExtension: Readonly<Record<string, string>> = {
  ogg: "audio/ogg",
  opus: "audio/opus",
  mp3: "audio/mpeg",
  wav: "audio/x-wav",
  flac: "audio/flac",
  m4a: "audio/mp4",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  png: "image/png",
  jpg: "image/jpeg",
  txt: "text/plain; charset=utf-8",
  srt: "application/x-subrip; charset=utf-8",
  vtt: "text/vtt; charset=utf-8",
  json: "application/json; charset=utf-8",
};

/** Discord keeps word characters, dots and dashes; spaces become underscores and the name as given becomes the title. */
function safeFilename(filename: string): string {
  const kept = filename.replaceAll(/\s/g, "_").replaceAll(/[^\p{L}\p{N}_.-]/gu, "");
  return kept === "" ? "unknown" : kept;
}

export interface Storing {
  readonly channelId: Id;
  readonly ephemeral?: boolean;
}

/** Puts a file on the CDN and describes it as an attachment. */
export function storeUpload(
  world: World,
  upload: Upload,
  { channelId, ephemeral = false }: Storing,
): Attachment {
  const id = world.nextId();
  const filename = safeFilename(upload.filename);
  const extension = /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? "";
  const contentType = upload.contentType ?? typesByExtension[extension];
  const folder = ephemeral ? "ephemeral-attachments" : "attachments";
  const path = `/${folder}/${channelId}/${id}/${encodeURIComponent(filename)}`;
  world.files.set(path, { path, bytes: upload.bytes, contentType, holders: 0 });
  const isAudio = contentType?.startsWith("audio/") === true;
  return {
    id,
    path,
    filename,
    title: filename === upload.filename ? undefined : upload.filename.replace(/\.[^.]*$/, ""),
    description: upload.description,
    contentType,
    size: upload.bytes.length,
    // Kept for audio only (Discord API, "Voice Messages").
    durationSecs: isAudio ? upload.durationSecs : undefined,
    waveform: isAudio ? upload.waveform : undefined,
    ephemeral,
  };
}

/** Files sent with a request: described by the `attachments` field where there is one. Refuses with 40005 and 50035. */
export function uploadsIn(
  form: Form,
  files: ReadonlyMap<
    number,
    {
      readonly filename: string | undefined;
      readonly contentType: string | undefined;
      readonly bytes: Uint8Array;
    }
  >,
): { readonly fresh: readonly Upload[]; readonly keptIds: readonly Id[] | undefined } {
  if ([...files.values()].some(({ bytes }) => bytes.length > maxFileBytes)) throw refused("entityTooLarge");
  const described = form.objects("attachments", { max: 10 });
  const details = new Map<number, Partial<Upload>>();
  const keptIds: Id[] = [];
  for (const one of described ?? []) {
    const id = one.text("id", { required: true }) ?? "";
    const description = one.text("description", { max: 1024 });
    const durationSecs = one.decimal("duration_secs", { min: 0 });
    const waveform = one.text("waveform", { max: 400 });
    const filename = one.text("filename", { max: 1024 });
    if (id.length >= 17) keptIds.push(id);
    else if (!files.has(Number(id))) {
      one.issue("ATTACHMENT_NOT_FOUND", `Could not find a file with id ${id}.`, "id");
    } else details.set(Number(id), { description, durationSecs, waveform, ...(filename && { filename }) });
  }
  if (files.size + keptIds.length > 10)
    form.issue("BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.", "attachments");
  const fresh = [...files].flatMap(([index, file]): Upload[] => {
    const detail = details.get(index);
    if (described && !detail) return [];
    const { bytes, contentType, filename = "unknown" } = file;
    const ownType = contentType === "application/octet-stream" ? undefined : contentType;
    return [{ filename, bytes, contentType: ownType, ...detail }];
  });
  return { fresh, keptIds: described ? keptIds : undefined };
}

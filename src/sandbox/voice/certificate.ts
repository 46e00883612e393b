import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A key and a certificate of its own making, both PEM: made at start, never written anywhere. */
export interface SelfSigned {
  readonly key: string;
  /** What a client must trust: as a file for NODE_EXTRA_CA_CERTS, or with tls.setDefaultCACertificates. */
  readonly cert: string;
}

/** A P-256 certificate for localhost, 127.0.0.1 and ::1, valid from yesterday for thirty days (RFC 5280). */
export function createSelfSigned(now: Date = new Date()): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const name = newName();
  const day = 86_400_000;
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.of(2))), // version 3
    integer(Buffer.concat([Buffer.of(0x10), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now.getTime() - day)), time(new Date(now.getTime() + 30 * day))),
    name,
    spki,
    explicit(3, sequence(...extensions(spki))),
  );
  const certificate = sequence(
    toBeSigned,
    ecdsaWithSha256,
    bitString(sign("sha256", toBeSigned, privateKey)),
  );
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem("CERTIFICATE", certificate),
  };
}

/** DER: tag, length in as few bytes as it takes, content (X.690). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const size = length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(tag), size, content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes);
const bitString = (bytes: Uint8Array): Buffer => der(0x03, Buffer.of(0), bytes);
const octetString = (bytes: Uint8Array): Buffer => der(0x04, bytes);
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const boolean = (value: boolean): Buffer => der(0x01, Buffer.of(value ? 0xff : 0));
const explicit = (tag: number, content: Uint8Array): Buffer => der(0xa0 | tag, content);

const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));
/** A name of its own: a client that trusts several of these finds the right one by it. */
function newName(): Buffer {
  const name = Buffer.from(`Earshot sandbox ${randomBytes(4).toString("hex")}`);
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, name))));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return der(0x18, Buffer.from(digits));
}

function extensions(spki: Buffer): readonly Buffer[] {
  const names = [
    der(0x82, Buffer.from("localhost")),
    der(0x87, Buffer.of(127, 0, 0, 1)),
    der(0x87, Buffer.from("00000000000000000000000000000001", "hex")),
  ];
  const keyId = createHash("sha1").update(spki.subarray(-65)).digest();
  const extension = (id: string, value: Buffer, critical = false): Buffer =>
    sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value));
  return [
    extension("551d13", sequence(boolean(true)), true), // basic constraints: it is its own authority
    extension("551d11", sequence(...names)), // subject alternative names
    extension("551d0e", octetString(keyId)), // subject key id
  ];
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/**
 * Gives the memory behind samples, energies or bytes back at once: they are empty then, for everybody. It lies outside of the
 * collector's heap, which lets tens of megabytes of it pile up. Where others share the memory, nothing happens.
 */
export function giveBack({ buffer, byteLength }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Whether an address leads nowhere but to the machine it is used on. */
export function isLocal(address: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(address).hostname);
}

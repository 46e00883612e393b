/** Who must act, and whether trying again can help by itself. */
export interface Facts {
  readonly audience: "member" | "operator" | "vendor";
  readonly retryable: boolean;
}

export const member = { audience: "member", retryable: false } as const satisfies Facts;
export const memberAgain = { audience: "member", retryable: true } as const satisfies Facts;
export const operator = { audience: "operator", retryable: false } as const satisfies Facts;
export const operatorAgain = { audience: "operator", retryable: true } as const satisfies Facts;
export const vendor = { audience: "vendor", retryable: false } as const satisfies Facts;
export const vendorAgain = { audience: "vendor", retryable: true } as const satisfies Facts;

export type Claim =
  | { readonly kind: 'exclusive' }
  | {
      readonly kind: 'taken';
      readonly by: readonly { instance: number; purpose: string; loggedOnAt: Date | undefined }[];
    }
  | { readonly kind: 'weak'; readonly reason: string; readonly others: readonly unknown[]; readonly isBlind: boolean };

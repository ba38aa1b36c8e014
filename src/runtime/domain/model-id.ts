/** `global` profiles cost the list price; `regional` is in-region and geographic profiles (+10 % from the 4.5 generation on). */
export type Scope = 'global' | 'regional'

/** What a record's `modelId` names. */
export type ModelRef =
  | {
      readonly kind: 'model'
      /** The full base id with its provider, without prefix and suffixes some clients leave: `anthropic.claude-opus-4-7`. */
      readonly model: string
      readonly provider: string
      readonly scope: Scope
    }
  /** An application inference profile: which model it holds must be looked up. `model` shows the ARN until then. */
  | { readonly kind: 'profile'; readonly arn: string }
  /** Provisioned, imported, custom, prompt, router, marketplace: no list price per token. */
  | { readonly kind: 'other'; readonly id: string }

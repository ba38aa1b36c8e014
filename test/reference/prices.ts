/**
 * A price list of its own, in dollars per million tokens, typed from https://aws.amazon.com/bedrock/pricing/ and AWS's public
 * price list (AmazonBedrockFoundationModels, us-east-1, read 2026-09-30; Haiku 5.5 2026-10-07). In-region prices stand
 * here in full; nothing follows from a rule.
 */
export interface Listed {
  readonly input: string
  readonly output: string
  readonly five: string
  readonly hour: string
  readonly read: string
}
export interface Band {
  readonly global?: Listed
  readonly regional: Listed
}
interface Model extends Band {
  /** Prompts of more tokens than `above` pay this for all of them. */
  readonly long?: Band & { readonly above: number }
}

const listed = (text: string): Listed => {
  const [input = '', output = '', five = '', hour = '', read = ''] = text.split(' ')
  return { input, output, five, hour, read }
}
const both = (global: string, regional: string): Required<Band> => ({
  global: listed(global),
  regional: listed(regional),
})

const fiveDollars = both('5 25 6.25 10 0.5', '5.5 27.5 6.875 11 0.55')

//                                          input output 5m 1h read
export const priceList: Readonly<Record<string, Model>> = {
  'anthropic.claude-opus-5-5': both('4 20 5 8 0.20', '4.4 22 5.5 8.8 0.22'),
  'anthropic.claude-sonnet-5-5': both('2 10 2.5 4 0.20', '2.2 11 2.75 4.4 0.22'),
  'anthropic.claude-haiku-5-5': {
    ...both('0.10 0.50 0.125 0.20 0.01', '0.11 0.55 0.1375 0.22 0.011'),
    long: { above: 100_000, ...both('0.50 2.50 0.625 1.00 0.05', '0.55 2.75 0.6875 1.10 0.055') },
  },
  'anthropic.claude-fable-5-1': both('10 50 12.5 20 0.25', '11 55 13.75 22 0.275'),
  'anthropic.claude-opus-4-7': fiveDollars,
  'anthropic.claude-opus-4-6': fiveDollars,
  'anthropic.claude-opus-4-5': fiveDollars,
  'anthropic.claude-opus-4-1': { regional: listed('15 75 18.75 30 1.5') },
  'anthropic.claude-sonnet-4-6': both('3 15 3.75 6 0.3', '3.3 16.5 4.125 6.6 0.33'),
  'anthropic.claude-sonnet-4-5': {
    ...both('3 15 3.75 6 0.3', '3.3 16.5 4.125 6.6 0.33'),
    long: { above: 200_000, ...both('6 22.5 7.5 12 0.6', '6.6 24.75 8.25 13.2 0.66') },
  },
  'anthropic.claude-sonnet-4': {
    ...both('3 15 3.75 6 0.3', '3 15 3.75 6 0.3'),
    long: { above: 200_000, ...both('6 22.5 7.5 12 0.6', '6 22.5 7.5 12 0.6') },
  },
  'anthropic.claude-haiku-4-5': both('1 5 1.25 2 0.1', '1.1 5.5 1.375 2.2 0.11'),
  'amazon.nova-pro': { regional: listed('0.8 3.2 0 0 0.2') },
}

/** What is not listed costs the dearest there is of its maker, class by class: Opus 4.1, and Fable's hour in-region. */
export const dearest: Listed = listed('15 75 18.75 22 1.5')

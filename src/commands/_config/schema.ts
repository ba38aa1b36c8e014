/** The JSON Schema of `cost-guard.yaml`, made from the table of settings: editors complete and check the file with it. Pure. */
import { defaultSettings, rawSettings, settingsTable } from '../../provision/settings.ts'
import { guardName, type Schema, thresholdsSchema } from '../../provision/settings-checks.ts'
import type { DISCOUNT_KEYS } from './discounts.ts'
import type { LIMIT_KEYS } from './limits.ts'
import type { POT_KEYS } from './people.ts'
import type { PRICE_KEYS } from './prices.ts'

const USD: Schema = {
  anyOf: [
    { type: 'number', minimum: 0 },
    { type: 'string', pattern: '^\\$?[0-9]+(\\.[0-9]{1,12})?$' },
  ],
}
const PRICE: Schema = {
  anyOf: [
    { type: 'number', minimum: 0 },
    { type: 'string', pattern: '^\\$?[0-9]+(\\.[0-9]{1,6})?$' },
  ],
}
const SWITCH: Schema = { anyOf: [{ type: 'boolean' }, { enum: ['true', 'yes', 'on', 'false', 'no', 'off'] }] }

const limitParts: Readonly<Record<(typeof LIMIT_KEYS)[number], Schema>> = {
  amount: { ...USD, description: 'Dollars; 0 blocks.' },
  per: { enum: ['month', 'week', 'day'], default: 'month' },
  action: { enum: ['block', 'notify'], description: 'What happens at the limit; the account notifies by default.' },
  warnAt: { ...thresholdsSchema, description: 'Percents at which to warn, or none.' },
  until: {
    type: 'string',
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}',
    description: 'A limit for a time: a day (its end), or a time with its zone.',
  },
  includeRoles: { ...SWITCH, description: 'Let everyone mean roles of applications too.' },
}
const detailed: Schema = { type: 'object', properties: limitParts, required: ['amount'], additionalProperties: false }
const oneLimit: Schema = { anyOf: [...(USD['anyOf'] as Schema[]), detailed] }
const limitsOf: Schema = {
  type: 'object',
  propertyNames: { minLength: 1 },
  additionalProperties: { anyOf: [...(oneLimit['anyOf'] as Schema[]), { type: 'array', items: oneLimit }] },
}

const priceParts: Readonly<Record<(typeof PRICE_KEYS)[number], Schema>> = {
  model: { type: 'string', minLength: 1, description: 'Model id, or the ARN of a profile.' },
  input: { ...PRICE, description: 'Dollars per million input tokens.' },
  output: PRICE,
  cacheRead: PRICE,
  cacheWrite5m: PRICE,
  cacheWrite1h: PRICE,
  scope: { enum: ['global', 'regional', 'both'] },
  from: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'First UTC day of this price.' },
}

const discountParts: Readonly<Record<(typeof DISCOUNT_KEYS)[number], Schema>> = {
  of: { type: 'string', minLength: 1, description: '* or all, a provider, or a model.' },
  multiplier: {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0, maximum: 10 },
      { type: 'string', pattern: '^(10|\\d(\\.\\d{1,6})?)$' },
    ],
    description: 'What the list price is multiplied by: 0.9 for ten percent less.',
  },
  from: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'First UTC day; else today.' },
}

const others: Readonly<Record<string, Schema>> = {
  $schema: { type: 'string', description: 'For editors; the guard does not read it.' },
  guard: { ...guardName.schema, description: 'Name of the guard [cost-guard].' },
  region: { type: 'string', pattern: '^[a-z]{2}(-[a-z]+)+-\\d{1,2}$', description: 'AWS region of the guard.' },
}

const MEMBERS: Schema = {
  anyOf: [
    { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
    { type: 'string', minLength: 1 },
  ],
}
const POT_NAME: Schema = {
  pattern: '^(?=.{1,64}$)[\\p{L}\\p{M}\\p{N}_.:=+@-]+( [\\p{L}\\p{M}\\p{N}_.:=+@-]+)*$',
}
const teamParts: Readonly<Record<(typeof POT_KEYS)[number], Schema>> = {
  members: MEMBERS,
  from: { enum: ['list', 'tags'], description: 'tags: made by teams sync, which replaces it; list: typed.' },
}
const potsOf = (value: Schema): Schema => ({
  anyOf: [{ type: 'object', propertyNames: POT_NAME, additionalProperties: value }, { const: 'none' }],
})

const wishes: Readonly<Record<string, Schema>> = {
  people: {
    description: 'Name → the users, roles and sessions that are this person. Others stay as they are.',
    ...potsOf(MEMBERS),
  },
  teams: {
    description: 'Name → who is in this team, person/NAME too. Others stay as they are.',
    ...potsOf({
      anyOf: [
        ...(MEMBERS['anyOf'] as Schema[]),
        { type: 'object', properties: teamParts, required: ['members'], additionalProperties: false },
      ],
    }),
  },
  limits: {
    description: 'Target → dollars a month, or more about it. Others that are set stay.',
    anyOf: [
      limitsOf,
      { type: 'array', items: { anyOf: [{ type: 'string', pattern: '^.+=\\s*\\$?[0-9.]+$' }, limitsOf] } },
      { const: 'none' },
    ],
  },
  exclude: {
    description: 'Principals that are counted and never blocked. Others that are excluded stay so.',
    anyOf: [
      { type: 'array', items: { type: 'string', minLength: 1 } },
      { type: 'string', minLength: 1 },
    ],
  },
  prices: {
    description: 'Your own prices, dollars per million tokens.',
    anyOf: [
      {
        type: 'array',
        items: {
          type: 'object',
          properties: priceParts,
          required: ['model', 'input', 'output'],
          additionalProperties: false,
        },
      },
      { const: 'none' },
    ],
  },
  discounts: {
    description: 'What you pay less (or more) than the list; the most exact one counts alone.',
    anyOf: [
      {
        type: 'array',
        items: {
          type: 'object',
          properties: discountParts,
          required: ['of', 'multiplier'],
          additionalProperties: false,
        },
      },
      { const: 'none' },
    ],
  },
}

export function configSchema(): Schema {
  const defaults = rawSettings(defaultSettings('cost-guard'))
  const settings = settingsTable.map(({ key, summary, otherwise, sample, kind, check }) => {
    const fixed = kind === 'switch' || kind === 'choice' || kind === 'number'
    return [
      key,
      {
        description: `${summary[0]?.toUpperCase()}${summary.slice(1)} [${otherwise}].`,
        ...(fixed ? { default: defaults[key] } : {}),
        examples: [sample],
        ...check.schema,
      },
    ] as const
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'cost-guard.yaml',
    description: 'What cost-guard init --config takes. Keys that are left out keep their installed value.',
    type: 'object',
    properties: { ...others, ...Object.fromEntries(settings), ...wishes },
    additionalProperties: false,
    minProperties: 1,
  }
}

export const schemaText = (): string => `${JSON.stringify(configSchema(), null, 2)}\n`

/** As much of JSON Schema 2020-12 as cost-guard.yaml's schema uses; a keyword it does not know is an error, not a pass. */
type Schema = Readonly<Record<string, unknown>>
type Rule = (limit: never, value: unknown, schema: Schema) => boolean

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isObject,
}
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const ANNOTATIONS = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples', 'properties'])

const RULES: Readonly<Record<string, Rule>> = {
  type: (type: string, value) => TYPES[type]?.(value) === true,
  enum: (choices: unknown[], value) => choices.some((one) => same(one, value)),
  const: (one: unknown, value) => same(one, value),
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minLength: (least: number, value) => typeof value !== 'string' || value.length >= least,
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  exclusiveMinimum: (edge: number, value) => typeof value !== 'number' || value > edge,
  exclusiveMaximum: (edge: number, value) => typeof value !== 'number' || value < edge,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most: number, value) => !Array.isArray(value) || value.length <= most,
  uniqueItems: (_: true, value) =>
    !Array.isArray(value) || new Set(value.map((item) => JSON.stringify(item))).size === value.length,
  items: (schema: Schema, value) => !Array.isArray(value) || value.every((item) => fits(schema, item)),
  anyOf: (schemas: Schema[], value) => schemas.some((schema) => fits(schema, value)),
  not: (schema: Schema, value) => !fits(schema, value),
  required: (keys: string[], value) => !isObject(value) || keys.every((key) => key in value),
  minProperties: (least: number, value) => !isObject(value) || Object.keys(value).length >= least,
  propertyNames: (schema: Schema, value) => !isObject(value) || Object.keys(value).every((key) => fits(schema, key)),
  additionalProperties(rest: false | Schema, value, schema) {
    if (!isObject(value)) return true
    const named = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>
    return Object.entries(value).every(([key, one]) => {
      const own = named[key] ?? rest
      return own !== false && fits(own, one)
    })
  },
}

export function fits(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, limit]) => {
    if (ANNOTATIONS.has(keyword)) return true
    const rule = RULES[keyword]
    if (rule === undefined) throw new Error(`the schema uses ${keyword}, which this validator does not know`)
    return rule(limit as never, value, schema)
  })
}

/**
 * What the guard must make of log records, written a second time from AWS's description of them, with nothing of the
 * guard's own code: another reading, other prices, another calendar, other arithmetic. Slow and plain on purpose.
 */
import { dearest, type Listed, priceList } from './prices.ts'
import { decimal, inPico, nothing, plus, type Rational, times, whole } from './rational.ts'

export interface Rules {
  readonly account: string
  readonly zone: string
  readonly unknownWrites: 'five' | 'hour'
  /** Beginnings of role names whose sessions are people. */
  readonly peopleBehind: readonly string[]
  readonly labels: readonly string[]
  /** Application inference profiles that are known. */
  readonly profiles: Readonly<Record<string, { readonly model: string; readonly global: boolean }>>
}

export interface Booked {
  readonly id: string
  /** As logged. */
  readonly time: string
  readonly base: string
  readonly who: string
  readonly day: string
  readonly model: string
  readonly label: string
  readonly dollars: Rational
  readonly assumed: boolean
}

type Json = Record<string, unknown>
const objectIn = (holder: Json, name: string): Json => {
  const value = holder[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** Undefined: nothing that costs. */
export function read(line: string, rules: Rules): Booked | undefined {
  if (!line.startsWith('{')) return undefined
  const record = JSON.parse(line) as Json
  if (record['schemaType'] !== 'ModelInvocationLog' || record['accountId'] !== rules.account) return undefined
  if (typeof record['requestId'] !== 'string') return undefined
  const input = objectIn(record, 'input')
  const output = objectIn(record, 'output')
  for (const count of [input['inputTokenCount'], output['outputTokenCount'], input['cacheWriteInputTokenCount']]) {
    if (count !== undefined && (typeof count !== 'number' || count < 0)) return undefined
  }
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
  if (record['errorCode'] !== undefined && number(output['outputTokenCount']) === 0) return undefined
  const time = String(record['timestamp'])
  const { base, session } = callerOf(objectIn(record, 'identity')['arn'], rules.account)
  const written = number(input['cacheWriteInputTokenCount'])
  const told = written === 0 ? { five: 0, hour: 0 } : writesIn(output['outputBodyJson'])
  const hour = Math.min(told.hour, written)
  const five = Math.min(told.five, written - hour)
  const unknown = written - hour - five
  const tokens = {
    input: number(input['inputTokenCount']),
    output: number(output['outputTokenCount']),
    read: number(input['cacheReadInputTokenCount']),
    five: five + (rules.unknownWrites === 'five' ? unknown : 0),
    hour: hour + (rules.unknownWrites === 'hour' ? unknown : 0),
  }
  const named = modelOf(String(record['modelId']), output['outputBodyJson'], rules)
  const listed = priceOf(named, tokens.input + tokens.read + written)
  const source = objectIn(record, 'requestMetadata')['source']
  return {
    id: record['requestId'],
    time,
    base,
    who: whoPays(base, session, rules),
    day: dayIn(time, rules.zone),
    model: named.model,
    label: typeof source !== 'string' ? 'none' : rules.labels.includes(source) ? source : 'other',
    dollars: times(costOf(tokens, listed ?? dearest), isPriority(output['outputBodyJson']) ? dearer : whole(1)),
    assumed: listed === undefined,
  }
}

/** `arn:PARTITION:iam::ACCOUNT:user/PATH/NAME` and its kin. */
function callerOf(arn: unknown, account: string): { base: string; session?: string } {
  if (typeof arn !== 'string') return { base: 'unattributed' }
  const [, , service, , owner, ...rest] = arn.split(':')
  const parts = rest.join(':').split('/')
  const kind = parts[0]
  if (owner !== account) return { base: 'unattributed' }
  if (service === 'iam' && kind === 'root') return { base: `root/${account}` }
  if (service === 'iam' && kind === 'user') return { base: `user/${parts[parts.length - 1]}` }
  if (service === 'sts' && kind === 'federated-user') return { base: `federated/${parts[1]}` }
  if (service !== 'sts' || kind !== 'assumed-role') return { base: 'unattributed' }
  return { base: `role/${parts[1]}`, ...(parts[2] === undefined ? {} : { session: parts[2] }) }
}

function whoPays(base: string, session: string | undefined, { peopleBehind }: Rules): string {
  const role = base.startsWith('role/') ? base.slice(5) : undefined
  if (role === undefined || session === undefined) return base
  return peopleBehind.some((beginning) => role.startsWith(beginning)) ? `session/${role}/${session}` : base
}

/** Converse lists the writes by time to live, Claude's own answer counts them, in the whole answer or in an event. */
function writesIn(body: unknown): { five: number; hour: number } {
  const events = Array.isArray(body) ? body : [body]
  for (const event of events) {
    if (typeof event !== 'object' || event === null) continue
    const usage = objectIn('message' in event ? objectIn(event as Json, 'message') : (event as Json), 'usage')
    const details = usage['cacheDetails']
    if (Array.isArray(details)) {
      const of = (ttl: string) =>
        details.reduce(
          (sum: number, detail: Json) => sum + (detail['ttl'] === ttl ? Number(detail['inputTokens']) : 0),
          0,
        )
      return { five: of('5m'), hour: of('1h') }
    }
    const made = objectIn(usage, 'cache_creation')
    if (Object.keys(made).length > 0) {
      return {
        five: Number(made['ephemeral_5m_input_tokens'] ?? 0),
        hour: Number(made['ephemeral_1h_input_tokens'] ?? 0),
      }
    }
  }
  return { five: 0, hour: 0 }
}

/** What a call of the priority tier costs, in default calls. No model of the list sells the flex tier for less. */
const dearer = decimal('1.75')

function isPriority(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false
  const answer = body as Json
  return (objectIn(answer, 'serviceTier')['type'] ?? objectIn(answer, 'usage')['service_tier']) === 'priority'
}

interface Named {
  readonly model: string
  readonly global: boolean
}

const makers = ['anthropic', 'amazon', 'meta', 'acme']

function modelOf(id: string, body: unknown, rules: Rules): Named {
  const plain = id.endsWith(']') ? id.slice(0, id.lastIndexOf('[')) : id
  if (!plain.startsWith('arn:')) return bare(plain)
  const [, , service, region, , ...rest] = plain.split(':')
  const resource = rest.join(':')
  const kind = resource.slice(0, resource.indexOf('/'))
  const name = resource.slice(resource.indexOf('/') + 1)
  if (service === 'bedrock' && kind === 'inference-profile') return bare(name)
  if (service === 'bedrock' && kind === 'foundation-model') return { ...bare(name), global: region === '' }
  const known = rules.profiles[plain]
  if (known !== undefined) return known
  if (kind === 'prompt' || kind.endsWith('prompt-router')) {
    const answer = typeof body === 'object' && body !== null ? (body as Json) : {}
    const invoked = objectIn(objectIn(answer, 'trace'), 'promptRouter')['invokedModelId']
    if (typeof invoked === 'string') return modelOf(invoked, undefined, rules)
    if (typeof answer['model'] === 'string') return { model: `anthropic.${answer['model']}`, global: false }
  }
  return { model: plain, global: false }
}

function bare(id: string): Named {
  const parts = id.split('.')
  const maker = parts.findIndex((part) => makers.includes(part))
  return { model: parts.slice(Math.max(maker, 0)).join('.'), global: maker > 0 && parts[0] === 'global' }
}

/** Undefined: not listed. */
function priceOf({ model, global }: Named, prompt: number): Listed | undefined {
  const name = model
    .replace(/:\w+$/, '')
    .replace(/:\d+$/, '')
    .replace(/-v\d+$/, '')
    .replace(/-20\d{6}$/, '')
  const found = priceList[name]
  if (found === undefined) return undefined
  const band = found.long !== undefined && prompt > found.long.above ? found.long : found
  return global ? band.global : band.regional
}

function costOf(tokens: Readonly<Record<keyof Listed, number>>, listed: Listed): Rational {
  const perToken = { over: 1n, under: 1_000_000n }
  return (['input', 'output', 'five', 'hour', 'read'] as const).reduce(
    (sum, kind) => plus(sum, times(times(whole(tokens[kind]), decimal(listed[kind])), perToken)),
    nothing,
  )
}

const calendars = new Map<string, Intl.DateTimeFormat>()

function dayIn(time: string, zone: string): string {
  const calendar =
    calendars.get(zone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  calendars.set(zone, calendar)
  return calendar.format(new Date(time))
}

/** The same request of the same caller at the same time is one, however often it comes. */
export function book(lines: Iterable<string>, rules: Rules): readonly Booked[] {
  const booked = new Map<string, Booked>()
  for (const line of lines) {
    const one = read(line, rules)
    if (one !== undefined && !booked.has(`${one.base} ${one.time} ${one.id}`)) {
      booked.set(`${one.base} ${one.time} ${one.id}`, one)
    }
  }
  return [...booked.values()]
}

/** Sums in pico-dollars and requests, by any key. */
export function sums(booked: readonly Booked[], key: (one: Booked) => string): Record<string, string> {
  const found = new Map<string, { dollars: Rational; requests: number }>()
  for (const one of booked) {
    const { dollars, requests } = found.get(key(one)) ?? { dollars: nothing, requests: 0 }
    found.set(key(one), { dollars: plus(dollars, one.dollars), requests: requests + 1 })
  }
  return Object.fromEntries(
    [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { dollars, requests }]) => [name, `${inPico(dollars)} in ${requests}`]),
  )
}

/** Which region and which credentials, decided as the AWS CLI decides and said when it cannot be. Reads two small files, asks nobody. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { nearest } from './_suggest.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Section → its own keys. Nested values (`s3 =` with indented lines) are passed over: we only want `region` and names. */
export function parseIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)
    if (header) {
      const name = (header[1] ?? '')
        .trim()
        .replace(/^profile\s+/, '')
        .replace(/^"(.*)"$/, '$1')
      current = sections.get(name) ?? new Map()
      sections.set(name, current)
      continue
    }
    const pair = /^([A-Za-z0-9_]+)\s*=\s*(.*?)\s*$/.exec(line)
    if (pair?.[1] !== undefined && current) current.set(pair[1], (pair[2] ?? '').replace(/\s[#;].*$/, ''))
  }
  return sections
}

function profiles(environment: Environment): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const home = environment.HOME ?? homedir()
  const paths = [
    environment.AWS_SHARED_CREDENTIALS_FILE ?? join(home, '.aws', 'credentials'),
    environment.AWS_CONFIG_FILE ?? join(home, '.aws', 'config'),
  ]
  const merged = new Map<string, Map<string, string>>()
  for (const path of paths) {
    for (const [name, keys] of parseIni(readIfThere(path))) {
      merged.set(name, new Map([...(merged.get(name) ?? []), ...keys]))
    }
  }
  return merged
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

export interface Wanted {
  readonly region?: string | undefined
  readonly profile?: string | undefined
}

/**
 * Region: --region, AWS_REGION, AWS_DEFAULT_REGION (the JavaScript SDK does not know it), then the profile's.
 * @throws GuardError `unknown-profile`, `bad-region` or `no-region`.
 */
export function resolveWhere(
  wanted: Wanted,
  environment: Environment,
  bin: string,
): { region: string; profile: string | undefined } {
  const profile = wanted.profile ?? environment.AWS_PROFILE
  const known = profiles(environment)
  if (profile !== undefined && !known.has(profile)) {
    const names = [...known.keys()]
    const close = nearest(profile, names)
    throw new GuardError({
      code: 'unknown-profile',
      fault: 'user',
      message: `the profile "${profile}" does not exist: ${names.length === 0 ? 'no profiles are configured' : `there are ${names.slice(0, 8).join(', ')}`}`,
      suggestions: [...close.map((name) => `--profile ${name}`), 'aws configure list-profiles'],
    })
  }
  const region =
    wanted.region ??
    (environment.AWS_REGION || undefined) ??
    (environment.AWS_DEFAULT_REGION || undefined) ??
    known.get(profile ?? 'default')?.get('region')
  if (region === undefined) {
    throw new GuardError({
      code: 'no-region',
      fault: 'user',
      message: `no region is set: neither --region, AWS_REGION, AWS_DEFAULT_REGION nor the profile ${profile ?? 'default'} names one`,
      suggestions: [
        '--region us-east-1',
        `aws configure set region us-east-1${profile ? ` --profile ${profile}` : ''}`,
        `${bin} --help`,
      ],
    })
  }
  checkRegion(region)
  return { region, profile }
}

/** The AWS endpoint when it is on this machine: the sandbox, or an emulator of one's own. */
export function localEndpoint(environment: Environment): string | undefined {
  const endpoint = environment.AWS_ENDPOINT_URL
  if (!endpoint || !URL.canParse(endpoint)) return undefined
  const host = new URL(endpoint).hostname
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host) ? endpoint : undefined
}

/** The AWS partition a region belongs to. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

export const isRegion = (text: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(text)

/** @throws GuardError `bad-region`. */
export function checkRegion(region: string): void {
  if (isRegion(region)) return
  throw new GuardError({
    code: 'bad-region',
    fault: 'user',
    message: `"${region}" is not an AWS region: a name such as us-east-1 or ap-northeast-1 is expected`,
    suggestions: ['--region ap-northeast-1'],
  })
}

/** @throws GuardError `bad-account`. */
export function checkAccount(account: string): void {
  if (/^\d{12}$/.test(account)) return
  throw new GuardError({
    code: 'bad-account',
    fault: 'user',
    message: `"${account}" is not an AWS account: 12 digits are expected`,
    suggestions: ['--account 123456789012'],
  })
}

/** As provision/settings-checks.ts has it, without its weight. */
const GUARD_NAME = /^[a-z][a-z0-9-]{0,29}[a-z0-9]$/

/** @throws GuardError `bad-guard-name`. */
export function checkGuardName(guard: string): void {
  if (GUARD_NAME.test(guard)) return
  throw new GuardError({
    code: 'bad-guard-name',
    fault: 'user',
    message: `"${guard}" cannot be the name of a guard: 2 to 31 small letters, digits and dashes are expected, a letter first and no dash last`,
    suggestions: ['--guard cost-guard'],
  })
}

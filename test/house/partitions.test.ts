/** AWS is three AWSes: nothing of the shipped code may take the largest for the only one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { adminPolicy } from '../../src/provision/admin-rights.ts'
import { awsClients } from '../../src/provision/clients.ts'
import { namesOf } from '../../src/provision/names.ts'
import { consoleUrl } from '../../src/provision/partition.ts'
import { rolePolicies } from '../../src/provision/role-policies.ts'
import { runtimeConfigFor } from '../../src/provision/runtime-config.ts'
import { defaultSettings } from '../../src/provision/settings.ts'
import { stack } from '../../src/provision/stack.ts'
import { NOW } from '../provision/world.ts'
import { zipAnswering } from '../provision/zip.ts'

const root = join(import.meta.dirname, '../../src')
/** The sandbox is an emulator of the largest partition; it is shipped, but knows no other account than its own. */
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('sandbox/'),
)
/** Comments tell of AWS as people know it. */
const codeOf = (file: string): string =>
  readFileSync(join(root, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    // An example in a help text is of the largest partition.
    .replaceAll(/^\s*sample: .*$/gm, '')

const KNOWING = [
  'provision/partition.ts',
  // Links, for each partition.
  'provision/cloudwatch/console.ts',
  // An example in the help, and the addresses where prices were and are read.
  'commands/mail/confirm.ts',
  'runtime/domain/money/price-snapshot.ts',
  'provision/price-list/offer-file.ts',
]

describe('the source', () => {
  test('names no partition in an ARN: `arn:aws:` is nowhere', () => {
    expect(sources.filter((file) => codeOf(file).includes('arn:aws:'))).toEqual([])
  })

  test('says the names of services in one file alone, and those of consoles where all of them are known', () => {
    const saying = sources.filter((file) => /amazonaws\.com|console\.aws|amazonaws\.cn/.test(codeOf(file)))
    expect(saying.filter((file) => !KNOWING.includes(file))).toEqual([])
  })
})

/** Everything that this guard would have AWS hold, in one text. */
function everythingIn(partition: string, region: string): string {
  const where = { account: '123456789012', region, partition }
  const settings = {
    ...defaultSettings('cg-test'),
    emails: ['ops@example.com'],
    protectedPrincipals: ['Admin'],
    logReaders: [],
  }
  const names = namesOf(settings, where)
  const scope = { ...where, settings, names, now: NOW }
  const nowhere = async (): Promise<never> => {
    throw new Error('nothing is read here')
  }
  const manifest = {
    read: nowhere,
    facts: nowhere,
    remember: nowhere,
    begin: nowhere,
    saveSettings: nowhere,
    erase: nowhere,
  }
  const clients = awsClients({ region })
  const resources = stack({ clients, scope, manifest, known: [], assets: zipAnswering('x'), version: '1.0.0' })
  const desired = resources.map((resource) => [
    resource.id,
    resource.desired({ ...scope, remembered: () => undefined }),
  ])
  expect(desired.filter(([, wish]) => wish !== undefined).length).toBeGreaterThan(30)
  return JSON.stringify([desired, rolePolicies(scope), adminPolicy(names), runtimeConfigFor(scope)])
}

const partitionsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/arn:([a-z-]*):/g)].map(([, partition]) => partition ?? '')),
]
const principalsIn = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?/g)].map(([name]) => name))].sort()

describe('a guard in', () => {
  test('China: every ARN is of aws-cn, and CloudWatch Logs has its Chinese name', () => {
    const text = everythingIn('aws-cn', 'cn-north-1')
    expect(partitionsIn(text)).toEqual(['aws-cn'])
    expect(principalsIn(text)).toEqual([
      'bedrock.amazonaws.com',
      'cloudwatch.amazonaws.com',
      'lambda.amazonaws.com',
      'logs.cn-north-1.amazonaws.com.cn',
      'scheduler.amazonaws.com',
    ])
  })

  test('GovCloud: every ARN is of aws-us-gov, and the services have their usual names', () => {
    const text = everythingIn('aws-us-gov', 'us-gov-west-1')
    expect(partitionsIn(text)).toEqual(['aws-us-gov'])
    expect(principalsIn(text)).toEqual([
      'bedrock.amazonaws.com',
      'cloudwatch.amazonaws.com',
      'lambda.amazonaws.com',
      'logs.amazonaws.com',
      'scheduler.amazonaws.com',
    ])
  })

  test('links lead to the console of the partition', () => {
    expect(consoleUrl({ partition: 'aws-cn', region: 'cn-north-1' })).toBe('https://cn-north-1.console.amazonaws.cn')
    expect(consoleUrl({ partition: 'aws-us-gov', region: 'us-gov-west-1' })).toBe(
      'https://us-gov-west-1.console.amazonaws-us-gov.com',
    )
    expect(consoleUrl({ partition: 'aws', region: 'eu-west-1' })).toBe('https://eu-west-1.console.aws.amazon.com')
  })
})

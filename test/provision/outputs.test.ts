import { describe, expect, test } from 'vitest'
import { namesOf } from '../../src/provision/names.ts'
import { outputsOf } from '../../src/provision/outputs.ts'
import { pageIds, writeApiFact } from '../../src/provision/page.ts'
import { defaultSettings, mergeSettings } from '../../src/provision/settings.ts'
import { instant } from '../../src/runtime/domain/base/calendar.ts'

const place = (partition: string, region: string) => ({ account: '123456789012', region, partition })
const shown = (where: ReturnType<typeof place>, settings = defaultSettings('cost-guard')) =>
  new Map(outputsOf(namesOf(settings, where), settings, where).map((output) => [output.key, output]))

describe('what a guard made', () => {
  test('has its ARN and its page in the console', () => {
    const outputs = shown(place('aws', 'ap-northeast-1'))
    expect(outputs.get('table')).toEqual({
      key: 'table',
      what: 'ledger',
      name: 'cost-guard-ledger',
      arn: 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/cost-guard-ledger',
      url: 'https://ap-northeast-1.console.aws.amazon.com/dynamodbv2/home?region=ap-northeast-1#table?name=cost-guard-ledger',
    })
    expect(outputs.get('logGroup')?.url).toBe(
      'https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Fbedrock$252Fcost-guard',
    )
    expect(outputs.get('role.enforce')).toMatchObject({
      arn: 'arn:aws:iam::123456789012:role/cost-guard-enforce',
      url: 'https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/roles/details/cost-guard-enforce',
    })
    expect(outputs.get('deadLetters')?.url).toContain(
      encodeURIComponent('https://sqs.ap-northeast-1.amazonaws.com/123456789012/cost-guard-ingest-dead-letters'),
    )
  })

  test.for([
    ['aws', 'us-east-1', 'console.aws.amazon.com', 'us-east-1'],
    ['aws-cn', 'cn-northwest-1', 'console.amazonaws.cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-east-1', 'console.amazonaws-us-gov.com', 'us-gov-west-1'],
    ['aws-eusc', 'eusc-de-east-1', 'console.amazonaws-eusc.eu', 'eusc-de-east-1'],
  ] as const)('in %s its pages and ARNs are those of that partition', ([partition, region, domain, iam]) => {
    const outputs = [...shown(place(partition, region)).values()]
    for (const { key, url, arn } of outputs) {
      const home = /^(?:role|block)/.test(key) ? iam : region
      expect([key, new URL(url).host]).toEqual([key, `${home}.${domain}`])
      expect([key, arn?.split(':')[1] ?? partition]).toEqual([key, partition])
    }
    const queue = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
    expect(shown(place(partition, region)).get('deadLetters')?.url).toContain(`sqs.${region}.${queue}%2F`)
  })

  test('names only what the settings ask for', () => {
    const how = { guard: 'cost-guard', now: instant(0) }
    const keys = (given: object) => [...shown(place('aws', 'us-east-1'), mergeSettings(undefined, given, how)).keys()]
    expect(keys({})).not.toContain('logBucket')
    expect(keys({ s3Logs: true, kmsKey: 'own' })).toEqual(expect.arrayContaining(['logBucket', 'key']))
    expect(keys({})).toEqual(expect.arrayContaining(['dashboard', 'alarms']))
    expect(keys({ alarms: false, cloudwatchDashboard: false }).filter((key) => /alarm|dash/.test(key))).toEqual([])
  })
})

describe('a guard with a page', () => {
  const where = place('aws', 'eu-west-1')
  const settings = mergeSettings(
    undefined,
    { emails: ['boss@example.com'], dashboard: true },
    { guard: 'cost-guard', now: instant(0) },
  )
  const names = namesOf(settings, where)

  test('shows where its accounts are, once AWS has given them an id, and where people sign in', () => {
    const { api, userPool, client } = pageIds({ names, region: where.region })
    const facts = new Map([
      [api, writeApiFact({ id: 'abc123', endpoint: 'https://abc123.execute-api.eu-west-1.amazonaws.com' })],
      [userPool, 'eu-west-1_AbCdEfGhI'],
      [client, '4rabcdefghijklmnopqrstuvwx'],
    ])
    const outputs = new Map(outputsOf(names, settings, where, (id) => facts.get(id)).map((one) => [one.key, one]))
    expect(outputs.get('page.url')?.name).toBe('https://abc123.execute-api.eu-west-1.amazonaws.com/')
    expect(outputs.get('page.api')?.arn).toBe('arn:aws:apigateway:eu-west-1::/apis/abc123')
    expect(outputs.get('page.accessLog')?.name).toBe('/aws/vendedlogs/cost-guard-dashboard')
    expect(outputs.get('page.userPool')).toMatchObject({
      arn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI',
      url: 'https://eu-west-1.console.aws.amazon.com/cognito/v2/idp/user-pools/eu-west-1_AbCdEfGhI/overview?region=eu-west-1',
    })
    expect(outputs.get('page.domain')?.name).toBe('cost-guard-123456789012.auth.eu-west-1.amazoncognito.com')
    expect(outputs.get('page.client')?.name).toBe('4rabcdefghijklmnopqrstuvwx')
    const before = new Map(outputsOf(names, settings, where).map((one) => [one.key, one]))
    expect(before.get('page.userPool')).toMatchObject({ name: 'cost-guard-dashboard', arn: undefined })
    expect([...shown(where).keys()].filter((key) => key.startsWith('page.'))).toEqual([])
  })
})

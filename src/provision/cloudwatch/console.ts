/** Addresses in AWS's console, in each of its partitions. Pure. */
import type { Names } from '../names.ts'

/** https://docs.aws.amazon.com/general/latest/gr/rande.html and the pages of each partition, read 2026-11. */
const DOMAINS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
}

export const consoleDomain = (partition: string): string => DOMAINS[partition] ?? 'console.aws.amazon.com'

export interface ConsolePlace {
  readonly region: string
  readonly partition: string
}

const page = ({ region, partition }: ConsolePlace, service: string, fragment: string): string => {
  return `https://${region}.${consoleDomain(partition)}/${service}/home?region=${region}#${fragment}`
}

/** The console encodes what is in a fragment twice and writes `$` for `%`. */
const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$')

export const dashboardUrl = (names: Names, place: ConsolePlace): string =>
  page(place, 'cloudwatch', `dashboards/dashboard/${names.dashboard}`)
export const alarmsUrl = (names: Names, place: ConsolePlace): string =>
  page(place, 'cloudwatch', `alarmsV2:?search=${encodeURIComponent(names.alarmPrefix)}`)
export const logGroupUrl = (group: string, place: ConsolePlace): string =>
  page(place, 'cloudwatch', `logsV2:log-groups/log-group/${twice(group)}`)
export const tableUrl = (names: Names, place: ConsolePlace): string =>
  page(place, 'dynamodbv2', `table?name=${encodeURIComponent(names.table)}`)
export const bedrockSettingsUrl = (place: ConsolePlace): string => page(place, 'bedrock', '/settings')

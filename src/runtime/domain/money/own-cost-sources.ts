/** Where the prices of the guard's own cost come from, and when they were read. Not shipped: people and tests read it. */
import type { OWN_PRICES } from './own-cost.ts'

export const OWN_PRICES_READ = '2026-11'
export const OWN_PRICES_REGION = 'us-east-1'

const dynamo = 'https://aws.amazon.com/dynamodb/pricing/on-demand/'
const lambda = 'https://aws.amazon.com/lambda/pricing/'
const cloudwatch = 'https://aws.amazon.com/cloudwatch/pricing/'
const kms = 'https://aws.amazon.com/kms/pricing/'
const s3 = 'https://aws.amazon.com/s3/pricing/'

export const OWN_PRICE_SOURCES: Readonly<Record<keyof typeof OWN_PRICES, string>> = {
  writeUnit: dynamo,
  readUnit: dynamo,
  tableGb: dynamo,
  lambdaGbSecond: lambda,
  lambdaRequest: lambda,
  scheduled: 'https://aws.amazon.com/eventbridge/pricing/',
  logGb: cloudwatch,
  logGbMonth: cloudwatch,
  metric: cloudwatch,
  alarmMetric: cloudwatch,
  metricRead: cloudwatch,
  dashboard: cloudwatch,
  mail: 'https://aws.amazon.com/sns/pricing/',
  key: kms,
  keyRequest: kms,
  // Beside it Cognito, which costs nothing for the first 10,000 users of a month: https://aws.amazon.com/cognito/pricing/
  httpApi: 'https://aws.amazon.com/api-gateway/pricing/',
  s3Put: s3,
  s3GbMonth: s3,
}

/**
 * What the emulator lacks of S3 and of encrypted log groups. It denies whatever a Deny of a bucket's policy names, without
 * a look at the conditions ("only with TLS" would close the bucket), so policies are kept here; and it does not know how
 * to change the key of a log group.
 */
import { type Answer, jsonAnswer } from './door/answer.ts'
import type { Document } from './iam/evaluate.ts'
import type { Hook, Passing } from './world.ts'

const done: Answer = { status: 204, headers: {}, body: Buffer.alloc(0) }

export class KeptByUs {
  readonly #policies = new Map<string, string>()
  readonly #keys = new Map<string, string>()

  reset(): void {
    this.#policies.clear()
    this.#keys.clear()
  }
  policyOf(bucket: string): Document | undefined {
    const text = this.#policies.get(bucket)
    return text === undefined ? undefined : (JSON.parse(text) as Document)
  }
  hooks(): Hook[] {
    const bucket = (call: Passing) => String(call.input['Bucket'])
    const group = (call: Passing) => `${call.inRegion}/${String(call.input['logGroupName'])}`
    return [
      {
        on: ['s3:PutBucketPolicy'],
        before: async (call) => {
          this.#policies.set(bucket(call), call.request.body.toString('utf8'))
          return done
        },
      },
      {
        on: ['s3:GetBucketPolicy'],
        before: async (call) => {
          const text = this.#policies.get(bucket(call))
          return text === undefined ? undefined : { status: 200, headers: {}, body: Buffer.from(text) }
        },
      },
      {
        on: ['s3:DeleteBucketPolicy', 's3:DeleteBucket'],
        before: async (call) => {
          if (call.operation === 'DeleteBucketPolicy') this.#policies.delete(bucket(call))
          return call.operation === 'DeleteBucketPolicy' ? done : undefined
        },
        after: async (call, answer) => {
          if (answer.status === 204) this.#policies.delete(bucket(call))
          return undefined
        },
      },
      {
        on: ['logs:AssociateKmsKey', 'logs:DisassociateKmsKey'],
        before: async (call) => {
          this.#keys.set(group(call), String(call.input['kmsKeyId'] ?? ''))
          return jsonAnswer({})
        },
      },
      {
        on: ['logs:DescribeLogGroups'],
        after: async (call, answer) => {
          if (answer.status !== 200 || this.#keys.size === 0) return undefined
          const body = JSON.parse(answer.body.toString('utf8')) as { logGroups?: Record<string, unknown>[] }
          for (const one of body.logGroups ?? []) {
            const key = this.#keys.get(`${call.inRegion}/${String(one['logGroupName'])}`)
            if (key === '') delete one['kmsKeyId']
            else if (key !== undefined) one['kmsKeyId'] = key
          }
          return { ...answer, body: Buffer.from(JSON.stringify(body)) }
        },
      },
    ]
  }
}

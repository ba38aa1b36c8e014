/** SNS. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html and API_Publish.html */
import type { Hook } from '../world.ts'
import { type Refusal, refusing, text } from './refuse.ts'

const invalid = (message: string): Refusal => ({ code: 'InvalidParameter', message: `Invalid parameter: ${message}` })
const email = /^[^\s@,;]+@[^\s@.,;]+(\.[^\s@.,;]+)+$/

export function snsRefusals(isPending: (arn: string) => boolean): Hook[] {
  return refusing('sns', {
    Subscribe: (call) =>
      text(call, 'Protocol') === 'email' && !email.test(text(call, 'Endpoint')) ? invalid('Email address') : undefined,
    Unsubscribe: (call) => {
      const arn = text(call, 'SubscriptionArn')
      const parts = arn.split(':').length
      if (parts < 6) return invalid(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${parts}`)
      return isPending(arn)
        ? invalid('This subscription is pending confirmation and cannot be unsubscribed')
        : undefined
    },
    Publish: (call) => {
      const subject = call.input['Subject']
      if (typeof subject !== 'string') return undefined
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what SNS refuses
      return subject === '' || subject.length > 100 || /[\u0000-\u001f]/.test(subject) ? invalid('Subject') : undefined
    },
  })
}

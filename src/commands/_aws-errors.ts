/** An AWS error that nobody expected → one sentence and what to do. What an error means is decided in aws-errors.ts. */
import {
  errorMessage,
  errorName,
  isAccessDenied,
  isExpiredCredentials,
  isNoCredentials,
  isPassing,
  isThrottled,
} from '../runtime/aws/aws-errors.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { startedAs } from './_started.ts'

/** The error itself when it is not one of AWS's that we have words for. */
export function tellAws(error: unknown): unknown {
  if (error instanceof GuardError) return error
  const profile = process.env.AWS_PROFILE
  const login = `aws sso login${profile ? ` --profile ${profile}` : ''}`
  const say = (code: string, message: string, suggestions: readonly string[]): GuardError =>
    new GuardError({ code, fault: 'aws', message, suggestions, cause: error })
  const why = errorMessage(error).replace(/\s*\n\s*/g, ' ')

  if (isExpiredCredentials(error)) {
    return say('expired-credentials', `the AWS credentials have expired: ${why}`, [
      login,
      'aws login',
      'aws sts get-caller-identity',
    ])
  }
  if (isNoCredentials(error)) {
    const none = errorName(error) === 'CredentialsProviderError'
    return none
      ? say(
          'no-credentials',
          'no AWS credentials were found: neither the environment, the profile nor this machine has any',
          [login, '--profile NAME', 'aws configure'],
        )
      : say('bad-credentials', `AWS does not accept these credentials: ${why}`, [
          'aws sts get-caller-identity',
          '--profile NAME',
        ])
  }
  if (isAccessDenied(error)) {
    const bin = startedAs(process.argv, process.env)
    const page = /\b(?:cognito-idp|apigateway):/.test(why)
    return say('access-denied', `AWS refused a call for want of a right: ${why}`, [
      page
        ? `${bin} iam-policy --for dashboard   (what this tool needs for the page, besides the usual policy)`
        : `${bin} iam-policy   (the least policy this tool needs)`,
    ])
  }
  if (isThrottled(error))
    return say('throttled', `AWS is answering too many requests: ${why}`, ['run the same command again in a minute'])
  if (isPassing(error)) return say('unreachable', `AWS did not answer: ${why || errorName(error)}`, unreachableAdvice())
  return error
}

const unreachableAdvice = (): readonly string[] =>
  process.env.AWS_ENDPOINT_URL
    ? [
        `is anything listening at AWS_ENDPOINT_URL=${process.env.AWS_ENDPOINT_URL}?`,
        'unset AWS_ENDPOINT_URL to talk to AWS itself',
      ]
    : ['run the same command again', 'check the network and --region']

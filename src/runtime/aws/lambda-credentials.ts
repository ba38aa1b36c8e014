/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundle: Lambda hands the role's keys over in the environment,
 * and the SDK's search through profiles, SSO and metadata services is a third of the code. Only the bundler uses this file.
 */
interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

export const defaultProvider = () => async (): Promise<Keys> => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw Object.assign(new Error('the function has no credentials in its environment'), {
      name: 'CredentialsProviderError',
    })
  }
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN }
}

/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'

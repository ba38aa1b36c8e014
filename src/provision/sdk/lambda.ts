/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'

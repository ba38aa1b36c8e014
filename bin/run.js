#!/usr/bin/env node
// The AWS SDK prints seven lines about Node versions at the first client; they would bury every answer of ours.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { main } = await import('../dist/main.js')
await main(process.argv.slice(2))

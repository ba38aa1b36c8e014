/** The emulator this sandbox was built and tested with, and the packages it needs for the services the guard uses. */
export const MOTO_VERSION = '5.2.1'

/**
 * moto[server] without what our services do not need (cfn-lint, sympy, networkx, graphql…): 63 packages of
 * 262 MB become 28. Installed with --no-deps, so that nothing else comes along.
 */
export const requirements: readonly string[] = [
  `moto==${MOTO_VERSION}`,
  'boto3==1.43.11',
  'botocore==1.43.11',
  's3transfer==0.17.0',
  'jmespath==1.1.0',
  'python-dateutil==2.9.0.post0',
  'six==1.17.0',
  'urllib3==2.7.0',
  'requests==2.34.2',
  'certifi==2026.5.20',
  'charset-normalizer==3.4.7',
  'idna==3.13',
  'cryptography==48.0.0',
  'cffi==2.0.0',
  'pycparser==3.0',
  'xmltodict==1.0.4',
  'Werkzeug==3.1.8',
  'MarkupSafe==3.0.3',
  'Jinja2==3.1.6',
  'responses==0.26.0',
  'PyYAML==6.0.3',
  'Flask==3.1.3',
  'flask-cors==6.0.2',
  'blinker==1.9.0',
  'click==8.4.0',
  'itsdangerous==2.2.0',
  'py-partiql-parser==0.6.3',
  // Only its error classes are ever used: the emulator tries Docker where a log group has a subscriber, and is kept from it.
  'docker==7.1.0',
]

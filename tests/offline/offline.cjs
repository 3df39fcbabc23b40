// Node's sitecustomize: nothing connects anywhere; OFFLINE_LOG says what tried to.
const { appendFileSync } = require('node:fs');
const { Socket } = require('node:net');

Socket.prototype.connect = function connect(...target) {
  appendFileSync(process.env.OFFLINE_LOG, `${JSON.stringify(target)}\n`);
  throw new Error('there is no network');
};

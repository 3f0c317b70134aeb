'use strict';
// Checks a share of many files in a thread; `nemoclaw validate` starts it.
require('./nemoclaw.js').load('commands/validate.cjs').checkInThread();

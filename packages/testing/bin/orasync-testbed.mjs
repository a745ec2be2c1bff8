#!/usr/bin/env node
import '../dist/testbed.js';

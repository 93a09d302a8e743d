import { ScriptedHands } from '../scripted-hands.js';
import { startScriptedAgent } from './scripted-agent.js';

/** `crashing-agent FOLDER URL`: an agent for a fault suite, which kills it at a crash point; it drains at SIGTERM. */
const [folder = '', url = ''] = process.argv.slice(2);
const agent = await startScriptedAgent({ folder, url, hands: new ScriptedHands() });
process.on('SIGTERM', () => agent.drain());
await agent.ended;
await agent.close();

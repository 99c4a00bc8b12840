// Starts the scripts that every page needs, and the module of the current page.
import { watchAges } from './age.js';
import { watchCopies } from './copy.js';
import { paintAll } from './thumbhash.js';

watchAges();
watchCopies();
paintAll(document);

const modules = { gallery: './gallery.js', image: './image.js', execution: './execution.js', failures: './failures.js', metrics: './metrics.js' };
const name = modules[document.body.dataset.page];
if (name) import(name).then((page) => page.start());

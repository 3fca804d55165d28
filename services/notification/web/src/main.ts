// Where the page starts: styles, the theme, and one component.

import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './ui/theme.svelte';
import App from './App.svelte';

mount(App, { target: document.body });

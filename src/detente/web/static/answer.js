import { main } from "./lab.js";
void main;

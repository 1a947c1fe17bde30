//! Packs for the engines that people already use, made from a component and its manifest.

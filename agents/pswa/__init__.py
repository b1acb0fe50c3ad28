"""PSWA, the script weaver: lets AIMS plan and write an episode and lets nothing through that the
sources do not say."""

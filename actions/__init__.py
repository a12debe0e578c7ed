"""Custom actions: slots and entities in, shop look-ups, scripts with facts and proposals out. No writes."""

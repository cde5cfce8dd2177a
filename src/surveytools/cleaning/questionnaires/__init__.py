"""Questionnaire files of survey platforms: codebooks out of them, and into them."""

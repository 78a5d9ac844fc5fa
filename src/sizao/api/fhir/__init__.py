"""What is on record as FHIR R4, for systems that speak it."""

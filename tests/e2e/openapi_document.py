# SPDX-License-Identifier: MIT
"""An OpenAPI 3.1 document: what it must be itself, and what it says of requests and responses."""

import re

import yaml
from jsonschema import Draft202012Validator, FormatChecker

METHODS = ("get", "post", "delete")
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time")
def is_date_time(text):
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    return re.fullmatch(form, text) is not None


def expect(holds, what):
    """Ends the test unless what is said holds."""
    if not holds:
        raise AssertionError(what)


# The part of OpenAPI 3.1 that the document uses, closed: any other member is a mistake. Where
# openapi-spec-validator is installed, that judges the document too.
def closed(required="", optional="", kinds=None):
    members = {name: (kinds or {}).get(name, {}) for name in f"{required} {optional}".split()}
    return {"type": "object", "additionalProperties": False, "required": required.split(),
            "properties": members}


def map_of(kind, names="^[A-Za-z0-9._-]+$"):
    return {"type": "object", "minProperties": 1, "additionalProperties": False,
            "patternProperties": {names: kind}}


def list_of(kind):
    return {"type": "array", "minItems": 1, "items": kind}


def either(kind):
    return {"if": {"required": ["$ref"]}, "then": closed("$ref"), "else": kind}


SCHEMA = {"type": "object", "anyOf": [{"required": [key]} for key in ("$ref", "type", "allOf")]}
MEDIA = closed("schema", "examples",
               {"schema": SCHEMA, "examples": map_of(closed("value", "summary"))})
CONTENT = map_of(MEDIA, "^application/json$")
HEADER = closed("schema", "description", {"schema": SCHEMA})
RESPONSE = closed("description x-influxctl-exit-code", "headers content",
                  {"content": CONTENT, "headers": map_of(HEADER),
                   "x-influxctl-exit-code": {"enum": [0, 4, 5, 7]}})
OPERATION = closed("operationId summary responses", "description requestBody",
                   {"requestBody": closed("required content", "", {"content": CONTENT}),
                    "responses": map_of(either(RESPONSE), "^[1-5]([0-9]{2}|XX)$")})
PARAMETER = closed("name in required schema", "description",
                   {"in": {"const": "path"}, "required": {"const": True}, "schema": SCHEMA})
PATH = closed("", "parameters " + " ".join(METHODS),
              {"parameters": list_of(PARAMETER), **{method: OPERATION for method in METHODS}})
SERVER = closed("url", "description variables", {"variables": map_of(closed("default"))})
BEARER = closed("type scheme", "description",
                {"type": {"const": "http"}, "scheme": {"const": "bearer"}})
DOCUMENT = closed("openapi info servers security paths components", "", {
    "openapi": {"pattern": r"^3\.1\.\d+$"},
    "info": closed("title version", "description license",
                   {"license": closed("name identifier")}),
    "servers": list_of(SERVER),
    "security": {"const": [{"bearer": []}]},
    "paths": map_of(PATH, "^/"),
    "components": closed("securitySchemes responses schemas", "", {
        "securitySchemes": closed("bearer", "", {"bearer": BEARER}),
        "responses": map_of(RESPONSE),
        "schemas": map_of(SCHEMA)})})


class Loader(yaml.SafeLoader):
    """PyYAML's, but a key that is there twice is a mistake."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        expect(len(keys) == len(set(keys)), f"{node.start_mark}: a key twice: {keys}")
        return super().construct_mapping(node, deep)


class Document:
    """The OpenAPI document, and what it says of a request or a response."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.load(file, Loader)
        self.check_structure()

    def check_structure(self):
        errors = [f"{error.json_path}: {error.message[-200:]}"
                  for error in Draft202012Validator(DOCUMENT).iter_errors(self.root)]
        expect(not errors, f"not as OpenAPI 3.1 wants it: {errors}")
        try:
            import openapi_spec_validator
            openapi_spec_validator.validate(self.root)
        except ImportError:
            pass
        for schema in self.root["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)
        self.walk(self.root)
        names = [operation["operationId"] for _, _, operation in self.operations()]
        expect(len(names) == len(set(names)), f"operationId twice: {names}")
        for path, item in self.root["paths"].items():
            named = [parameter["name"] for parameter in item.get("parameters", [])]
            expect(named == re.findall(r"{(\w+)}", path), f"{path}: parameters are {named}")
        for server in self.root["servers"]:
            named = list(server.get("variables", {}))
            expect(named == re.findall(r"{(\w+)}", server["url"]), f"{server['url']}: {named}")

    def walk(self, node):
        """Every $ref leads somewhere, and every example is what it is an example of."""
        if isinstance(node, dict):
            if "$ref" in node:
                self.follow(node)
            if "schema" in node:
                self.follow(node["schema"])
                for example in node.get("examples", {}).values():
                    self.validate(example["value"], node["schema"], "an example")
            if "type" in node and "examples" in node:
                for example in node["examples"]:
                    self.validate(example, node, "an example")
        if isinstance(node, (dict, list)):
            for child in node.values() if isinstance(node, dict) else node:
                self.walk(child)

    def follow(self, node):
        while "$ref" in node:
            target = self.root
            for part in node["$ref"].removeprefix("#/").split("/"):
                expect(part in target, f"{node['$ref']} leads nowhere")
                target = target[part]
            node = target
        return node

    def validator(self, schema):
        rooted = {**schema, "components": self.root["components"]}
        return Draft202012Validator(rooted, format_checker=FORMATS)

    def validate(self, value, schema, what):
        """The value is as the schema says, and has no member that the schema does not tell."""
        errors = [error.message for error in self.validator(schema).iter_errors(value)]
        expect(not errors, f"{what}: {errors}")
        schema = self.follow(schema)
        for record in value if isinstance(value, list) else [value]:
            kind = self.follow(schema["items"]) if isinstance(value, list) else schema
            if isinstance(record, dict):
                extra = set(record) - self.members(kind)
                expect(not extra, f"{what}: undocumented members {extra}")

    def members(self, schema):
        """The names of an object's members, those of allOf with them."""
        schema = self.follow(schema)
        return set(schema.get("properties", {})).union(
            *(self.members(part) for part in schema.get("allOf", [])))

    def schema_named(self, name):
        return {"$ref": f"#/components/schemas/{name}"}

    def operations(self):
        for path, item in self.root["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def operation(self, method, url):
        """The operation that a request is, by its method and its whole URL."""
        for server in self.root["servers"]:
            for path, known, operation in self.operations():
                if known == method.lower() and re.fullmatch(pattern(server["url"] + path), url):
                    return operation
        raise AssertionError(f"undocumented: {method} {url}")

    def response_key(self, operation, status):
        """The member of `responses` that tells of a status; None when none does."""
        keys = (str(status), f"{status // 100}XX")
        return next((key for key in keys if key in operation["responses"]), None)

    def response(self, operation, status):
        key = self.response_key(operation, status)
        expect(key, f"{operation['operationId']}: undocumented status {status}")
        return self.follow(operation["responses"][key])


def pattern(template):
    parts = re.split(r"{\w+}", template)
    return "[^/:?#]+".join(re.escape(part) for part in parts)

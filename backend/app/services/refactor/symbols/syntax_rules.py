"""How names stand in the trees of languages without a server: as data, one table for each. Pure.

A place is written `parent.field`, or `parent.kind` where the grammar names no field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a place does with the names in it."""

    BIND = "bind"  # gives the scope around it a name
    SOFT = "soft"  # the same, unless an enclosing function has that name already
    GLOBAL = "global"  # gives the program a name, unless something around it is called so
    LOCAL = "local"  # gives a name that is never a member: a type's parameter
    DEFINE = "define"  # names what opens a scope: the name belongs outside of it
    TYPE = "type"  # names a type, which is never a member
    MEMBER = "member"  # stands behind a dot
    FIELD = "field"  # the same, and defines it there
    KEY = "key"  # names a field of what is made, unless something local is called so
    LABEL = "label"  # says for which parameter an argument is
    PLAIN = "plain"  # a use, whatever is around it


@dataclass(frozen=True, slots=True)
class Rules:
    """The table of one language."""

    names: frozenset[str]
    words: frozenset[str]  # kinds that are names only where the table says what they do
    members: frozenset[str]  # kinds of leaves that are always behind a dot, or fields
    scopes: frozenset[str]
    classes: frozenset[str]
    acts: Mapping[tuple[str, str], Act]
    # Kinds that bind only with such a child: a loop over names that are there binds none.
    only_with: Mapping[str, str]
    # Scopes only where the one around them is no function of this kind.
    loose: Mapping[str, str]
    # Scopes that hold no more than what is said about one definition, and those out of which no variable is seen.
    thin: frozenset[str]
    hard: frozenset[str]
    # Places of what is called: names of their own in some languages, in others never local.
    calls: frozenset[tuple[str, str]]
    has_calls_apart: bool
    paths: frozenset[tuple[str, str]]  # places of modules and types, never of what is local
    # Text that the grammar does not look into.
    opaque: frozenset[str]
    shorthand: Mapping[tuple[str, str], str]  # `{ x }`: how a field and a local name are written apart
    has_lower_patterns: bool  # a capital in a pattern is no new name
    is_bound_by_use: bool  # every name with a sigil belongs to the function around it
    ties_all: bool  # definitions in any folder are one thing: declarations, parts, reopened classes


def rules(**table: str) -> Rules:
    """Read a table: words separated by spaces, by the names of Rules and Act."""
    acts: dict[tuple[str, str], Act] = {}
    for act in Act:
        for place in table.get(act.value, "").split():
            parent, _, inner = place.partition(".")
            acts[parent, inner] = act

    def words(key: str) -> frozenset[str]:
        return frozenset(table.get(key, "").split())

    def pairs(key: str) -> dict[str, str]:
        return dict(each.split("=", 1) for each in table.get(key, "").split())

    def places(key: str) -> frozenset[tuple[str, str]]:
        return frozenset((place.partition(".")[0], place.partition(".")[2]) for place in words(key))

    shorthand = {(place.partition(".")[0], place.partition(".")[2]): how for place, how in pairs("shorthand").items()}
    flags = words("flags")
    return Rules(
        words("names"), words("words"), words("members"), words("scopes") | words("classes") | words("thin"),
        words("classes"), acts,
        pairs("only_with"), pairs("loose"), words("thin"), words("hard"),
        places("calls"), "calls_apart" in flags, places("paths"), words("opaque"), shorthand,
        "lower_patterns" in flags, "bound_by_use" in flags, "ties_all" in flags,
    )  # fmt: skip


GO = rules(
    names="identifier field_identifier type_identifier package_identifier",
    members="field_identifier",
    scopes="function_declaration method_declaration func_literal block for_statement if_statement method_elem"
    " expression_switch_statement type_switch_statement select_statement expression_case type_case default_case"
    " communication_case function_type type_spec type_alias",
    bind="parameter_declaration.name variadic_parameter_declaration.name short_var_declaration.left range_clause.left"
    " type_switch_statement.alias var_spec.name const_spec.name receive_statement.left field_declaration.name",
    only_with="range_clause=:= receive_statement=:=",
    local="type_parameter_declaration.name",
    define="function_declaration.name method_declaration.name method_elem.name",
    type="type_spec.name type_alias.name",
    member="qualified_type.name",
    key="keyed_element.key",
)

RUST = rules(
    names="identifier field_identifier type_identifier shorthand_field_identifier",
    members="field_identifier",
    scopes="function_item function_signature_item closure_expression block for_expression match_arm if_expression"
    " while_expression",
    classes="impl_item trait_item struct_item enum_item union_item",
    bind="parameter.pattern let_declaration.pattern for_expression.pattern match_arm.pattern let_condition.pattern"
    " closure_expression.parameters const_item.name static_item.name enum_variant.name field_declaration.name"
    " mod_item.name macro_definition.name use_as_clause.alias field_pattern.pattern",
    local="type_parameter.name const_parameter.name",
    define="function_item.name function_signature_item.name type_item.name associated_type.name",
    type="struct_item.name enum_item.name trait_item.name union_item.name",
    member="scoped_identifier.name scoped_type_identifier.name",
    plain="parameter.type tuple_struct_pattern.type struct_pattern.type match_pattern.condition range_pattern.left"
    " field_pattern.field_identifier",
    shorthand="shorthand_field_initializer.identifier=: field_pattern.name=:",
    paths="scoped_identifier.path scoped_type_identifier.path",
    flags="lower_patterns",
)

JAVA = rules(
    names="identifier type_identifier",
    scopes="method_declaration constructor_declaration compact_constructor_declaration lambda_expression block"
    " for_statement enhanced_for_statement try_with_resources_statement catch_clause switch_rule"
    " switch_block_statement_group constructor_body static_initializer if_statement while_statement",
    classes="class_declaration interface_declaration enum_declaration record_declaration"
    " annotation_type_declaration object_creation_expression",
    bind="variable_declarator.name formal_parameter.name enhanced_for_statement.name lambda_expression.parameters"
    " catch_formal_parameter.name resource.name instanceof_expression.name type_pattern.identifier"
    " record_pattern_component.identifier enum_constant.name",
    local="type_parameter.type_identifier",
    define="method_declaration.name annotation_type_element_declaration.name",
    type="class_declaration.name interface_declaration.name enum_declaration.name record_declaration.name"
    " annotation_type_declaration.name",
    member="field_access.field scoped_identifier.name scoped_type_identifier.type_identifier method_invocation.name"
    " method_reference.identifier",
    label="element_value_pair.key labeled_statement.identifier break_statement.identifier"
    " continue_statement.identifier",
    plain="formal_parameter.type object_creation_expression.type",
    calls="method_invocation.name method_declaration.name method_reference.identifier",
    flags="calls_apart",
)

CSHARP = rules(
    names="identifier implicit_parameter",
    scopes="method_declaration constructor_declaration lambda_expression anonymous_method_expression block"
    " foreach_statement for_statement catch_clause using_statement local_function_statement accessor_declaration"
    " operator_declaration indexer_declaration query_expression switch_section switch_expression_arm if_statement"
    " while_statement delegate_declaration",
    classes="class_declaration struct_declaration interface_declaration record_declaration enum_declaration",
    bind="parameter.name parameter_list.name lambda_expression.parameters variable_declarator.name tuple_pattern.name"
    " foreach_statement.left catch_declaration.name declaration_pattern.name declaration_expression.name"
    " from_clause.name property_declaration.name enum_member_declaration.name event_declaration.name"
    " var_pattern.identifier recursive_pattern.name",
    local="type_parameter.name",
    define="method_declaration.name local_function_statement.name",
    type="class_declaration.name struct_declaration.name interface_declaration.name record_declaration.name"
    " enum_declaration.name delegate_declaration.name using_directive.name",
    member="member_access_expression.name member_binding_expression.name qualified_name.name",
    key="assignment_expression.left",
    label="argument.name attribute_argument.name name_colon.identifier",
    plain="parameter.type foreach_statement.right",
    flags="ties_all",
)

C = rules(
    names="identifier field_identifier type_identifier namespace_identifier",
    members="field_identifier",
    scopes="function_definition compound_statement for_statement lambda_expression for_range_loop catch_clause"
    " if_statement while_statement",
    classes="class_specifier struct_specifier union_specifier",
    loose="function_declarator=function_definition preproc_function_def=-",
    only_with="struct_specifier=field_declaration_list class_specifier=field_declaration_list"
    " union_specifier=field_declaration_list enum_specifier=enumerator_list",
    bind="parameter_declaration.declarator optional_parameter_declaration.declarator declaration.declarator"
    " init_declarator.declarator variadic_parameter_declaration.declarator field_declaration.declarator"
    " for_range_loop.declarator preproc_def.name preproc_params.identifier enumerator.name"
    " namespace_definition.name condition_clause.declarator",
    local="type_parameter_declaration.type_identifier optional_type_parameter_declaration.name",
    define="function_declarator.declarator preproc_function_def.name",
    type="struct_specifier.name class_specifier.name union_specifier.name enum_specifier.name"
    " type_definition.declarator alias_declaration.name concept_definition.name",
    member="qualified_identifier.name",
    plain="array_declarator.size parameter_declaration.type",
    thin="template_declaration function_declarator function_definition",
    opaque="preproc_arg",
    flags="ties_all",
)

"""More tables: languages that run as they are read, and those that come from phones. Pure."""

from collections.abc import Mapping

from app.services.refactor.symbols.syntax_rules import CSHARP, GO, JAVA, RUST, C, Rules, rules

RUBY = rules(
    names="identifier constant instance_variable class_variable global_variable hash_key_symbol",
    scopes="method singleton_method block do_block lambda",
    classes="class module singleton_class",
    bind="method_parameters.identifier optional_parameter.name splat_parameter.name keyword_parameter.name"
    " hash_splat_parameter.name block_parameter.name block_parameters.identifier destructured_parameter.identifier"
    " lambda_parameters.identifier block_parameters.locals",
    soft="assignment.left operator_assignment.left exception_variable.identifier for.pattern",
    hard="method singleton_method class module",
    define="method.name singleton_method.name",
    type="class.name module.name",
    member="call.method scope_resolution.name",
    label="pair.key",
    calls="call.method",
    flags="ties_all",
)

PHP = rules(
    names="name",
    scopes="function_definition method_declaration anonymous_function arrow_function",
    classes="class_declaration interface_declaration trait_declaration enum_declaration",
    bind="simple_parameter.name variadic_parameter.name property_promotion_parameter.name const_element.name"
    " enum_case.name",
    hard="function_definition method_declaration",
    define="function_definition.name method_declaration.name",
    type="class_declaration.name interface_declaration.name trait_declaration.name enum_declaration.name",
    member="member_access_expression.name member_call_expression.name scoped_call_expression.name"
    " class_constant_access_expression.name nullsafe_member_access_expression.name"
    " nullsafe_member_call_expression.name scoped_property_access_expression.name",
    field="property_element.name",
    label="argument.name",
    plain="simple_parameter.type",
    calls="function_definition.name method_declaration.name function_call_expression.function"
    " member_call_expression.name nullsafe_member_call_expression.name scoped_call_expression.name",
    flags="bound_by_use ties_all calls_apart",
)

KOTLIN = rules(
    names="simple_identifier type_identifier interpolated_identifier",
    scopes="function_declaration lambda_literal anonymous_function control_structure_body for_statement catch_block"
    " when_expression secondary_constructor getter setter",
    classes="class_declaration object_declaration companion_object",
    bind="variable_declaration.simple_identifier parameter.simple_identifier class_parameter.simple_identifier"
    " catch_block.simple_identifier enum_entry.simple_identifier",
    local="type_parameter.type_identifier",
    define="function_declaration.simple_identifier",
    type="class_declaration.type_identifier object_declaration.type_identifier type_alias.type_identifier",
    member="navigation_suffix.simple_identifier",
    plain="user_type.type_identifier",
    label="value_argument.=",
    flags="ties_all",
)

SWIFT = rules(
    names="simple_identifier type_identifier",
    scopes="function_declaration init_declaration lambda_literal for_statement if_statement catch_block switch_entry"
    " protocol_function_declaration while_statement do_statement",
    classes="class_declaration protocol_declaration",
    bind="parameter.name pattern.bound_identifier if_statement.bound_identifier guard_statement.bound_identifier"
    " lambda_parameter.name property_declaration.name while_statement.bound_identifier enum_entry.name",
    local="type_parameter.type_identifier",
    define="function_declaration.name protocol_function_declaration.name",
    type="class_declaration.name protocol_declaration.name typealias_declaration.name",
    member="navigation_suffix.suffix",
    plain="user_type.type_identifier",
    label="value_argument_label.simple_identifier parameter.external_name",
    flags="ties_all",
)

LUA = rules(
    names="identifier",
    scopes="function_declaration function_definition block for_statement do_statement repeat_statement",
    bind="parameters.name variable_declaration.assignment_statement variable_declaration.variable_list"
    " for_numeric_clause.name for_generic_clause.variable_list",
    **{"global": "variable_list.name"},
    define="function_declaration.name",
    member="dot_index_expression.field method_index_expression.method",
    field="field.name",
)

SHELL = rules(
    names="variable_name",
    words="word",
    scopes="function_definition",
    bind="declaration_command.variable_assignment declaration_command.variable_name",
    only_with="declaration_command=local",
    **{"global": "variable_assignment.name for_statement.variable"},
    define="function_definition.name",
    plain="command_name.word",
    calls="function_definition.name command_name.word",
    flags="calls_apart",
)

RULES: Mapping[str, Rules] = {
    "c": C,
    "cpp": C,
    "csharp": CSHARP,
    "go": GO,
    "java": JAVA,
    "kotlin": KOTLIN,
    "lua": LUA,
    "php": PHP,
    "ruby": RUBY,
    "rust": RUST,
    "shell": SHELL,
    "swift": SWIFT,
}
